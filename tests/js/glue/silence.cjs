// Loads, and never says a word.
exports.__threader_receive = () => {};
exports.__threader_next = () => false;
exports.__threader_start = () => {};
