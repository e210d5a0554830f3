// Is no JavaScript.
exports.start = function ( {
