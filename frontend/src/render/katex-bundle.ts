// One lazy chunk: the typesetter and its style sheet.
import "katex/dist/katex.min.css";

export { default } from "katex";
