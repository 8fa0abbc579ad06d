/** LaTeX, but not as a formula in a text: nothing in it says where a formula begins. */
const BARE_LATEX = /\\[A-Za-z]|\^/;
const MARKED = /\$|\\[([]|`/;
/** Words in a formula's own text, and the names of its commands, are no prose. */
const WORDS_OF_LATEX = /\\(?:text\w*|mbox|mathrm|mathbf|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+/g;

/** A final answer as it is to be shown: bare LaTeX ("54-9\pi"), as most data gives it, is marked as a formula. */
export function answerText(answer: string): string {
  const bare = answer.trim();
  if (!BARE_LATEX.test(bare) || MARKED.test(bare) || bare.includes("\n")) return answer;
  return /[A-Za-z]{3}/.test(bare.replace(WORDS_OF_LATEX, "")) ? answer : `$${bare}$`;
}
