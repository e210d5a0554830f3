// Is no JavaScript.
export default function ( {
