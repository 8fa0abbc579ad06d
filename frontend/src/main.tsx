import { render } from "preact";
import { App } from "./App";
import { startLanguage } from "./i18n/language";
import "./styles/index.css";

const root = document.getElementById("app");
if (root) startLanguage().then(() => render(<App />, root));
