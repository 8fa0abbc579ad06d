// One lazy chunk: the highlighter with the languages that models write. It gives a tree, never a string of HTML.
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { createLowlight } from "lowlight";

const lowlight = createLowlight({ bash, cpp, java, javascript, json, python, sql, typescript, xml, yaml });

type Tree = ReturnType<typeof lowlight.highlight>["children"][number];

/** The code as nodes; null where the language is none that is known. */
export function highlighted(code: string, language: string): DocumentFragment | null {
  if (!lowlight.registered(language)) return null;
  const fragment = document.createDocumentFragment();
  fragment.append(...lowlight.highlight(language, code).children.map(toNode));
  return fragment;
}

function toNode(tree: Tree): Node {
  if (tree.type === "text") return document.createTextNode(tree.value);
  const span = document.createElement("span");
  if (tree.type !== "element") return span;
  const names = tree.properties.className;
  // Its own names only ("hljs-string"): the code has no say in them.
  if (Array.isArray(names)) span.className = names.filter((name) => /^[\w-]+$/.test(String(name))).join(" ");
  span.append(...tree.children.map(toNode));
  return span;
}
