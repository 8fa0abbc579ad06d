/** How many characters, as the server counts them, stand before a place in a text area that shows `text`. A text area
 * counts UTF-16 units and shows every line end as one. */
export function charactersBefore(text: string, caret: number): number {
  let shown = 0;
  let characters = 0;
  for (let i = 0; i < text.length && shown < caret; ) {
    const character = String.fromCodePoint(text.codePointAt(i) as number);
    i += character.length;
    characters += 1;
    if (character === "\r" && text[i] === "\n") {
      i += 1;
      characters += 1;
      shown += 1;
    } else {
      shown += character.length;
    }
  }
  return characters;
}
