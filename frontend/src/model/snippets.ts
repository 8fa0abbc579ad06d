/** Lines to copy: the same work from a terminal, from Python, and on the server. The token comes from STEPMARK_TOKEN. */
import { t } from "../i18n";

export interface Snippet {
  title: string;
  text: string;
}

const TOKEN = "$STEPMARK_TOKEN";

/** First steps with a new token, with the token in them: they are shown once, beside it. */
export function tokenSnippets(origin: string, token: string): Snippet[] {
  return [
    {
      title: "curl",
      text: [
        `export STEPMARK_TOKEN=${token}`,
        `curl -H "Authorization: Bearer ${TOKEN}" ${origin}/api/v1/projects/`,
      ].join("\n"),
    },
    {
      title: "Python",
      text: [
        "import json",
        "import urllib.request",
        "",
        "request = urllib.request.Request(",
        `    "${origin}/api/v1/projects/",`,
        `    headers={"Authorization": "Bearer ${token}"},`,
        ")",
        "with urllib.request.urlopen(request) as answer:",
        '    for project in json.load(answer)["results"]:',
        '        print(project["slug"], project["open"])',
      ].join("\n"),
    },
  ];
}

export function importSnippets(origin: string, slug: string, format: string, atomic: boolean): Snippet[] {
  const url = `${origin}/api/v1/projects/${slug}/traces/?format=${format}${atomic ? "&atomic=1" : ""}`;
  return [
    {
      title: "curl",
      text: [
        `curl -H "Authorization: Bearer ${TOKEN}" \\`,
        '     -H "Content-Type: application/x-ndjson" \\',
        "     --data-binary @traces.jsonl \\",
        `     "${url}"`,
      ].join("\n"),
    },
    {
      title: "Python",
      text: [
        "import json",
        "import os",
        "import urllib.request",
        "",
        'with open("traces.jsonl", "rb") as file:',
        "    request = urllib.request.Request(",
        `        "${url}",`,
        "        data=file.read(),",
        "        headers={",
        '            "Authorization": "Bearer " + os.environ["STEPMARK_TOKEN"],',
        '            "Content-Type": "application/x-ndjson",',
        "        },",
        "    )",
        "with urllib.request.urlopen(request) as answer:",
        "    print(json.load(answer))",
      ].join("\n"),
    },
    {
      title: t("snippets.on-the-server"),
      text: `python manage.py ingest ${slug} traces.jsonl --format ${format}${atomic ? " --atomic" : ""}`,
    },
  ];
}

/** `options`: as the API takes them, the format among them. `extension`: of a file in that format. */
export function exportSnippets(
  origin: string,
  slug: string,
  options: Record<string, string>,
  extension: string,
): Snippet[] {
  const { format, ...rest } = options;
  const url = `${origin}/api/v1/projects/${slug}/export/?${new URLSearchParams(options)}`;
  const file = `${slug}-${format}.${extension}`;
  const flags = Object.entries(rest)
    .map(([name, value]) =>
      name === "provenance" ? " --provenance" : ` --${name.replaceAll("_", "-")} ${shellWord(value)}`,
    )
    .join("");
  return [
    {
      title: "curl",
      text: [`curl -f -H "Authorization: Bearer ${TOKEN}" \\`, `     -o ${file} \\`, `     "${url}"`].join(
        "\n",
      ),
    },
    {
      title: "Python",
      text: [
        "import os",
        "import shutil",
        "import urllib.request",
        "",
        "request = urllib.request.Request(",
        `    "${url}",`,
        '    headers={"Authorization": "Bearer " + os.environ["STEPMARK_TOKEN"]},',
        ")",
        `with urllib.request.urlopen(request) as answer, open("${file}", "wb") as out:`,
        "    shutil.copyfileobj(answer, out)",
      ].join("\n"),
    },
    {
      title: t("snippets.on-the-server"),
      text: `python manage.py export ${slug} --format ${format}${flags} -o ${file}`,
    },
  ];
}

/** Quoted for a POSIX shell only where it must be. */
export function shellWord(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
