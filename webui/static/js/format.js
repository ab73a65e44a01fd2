// Lays out a SPARQL query. Only the space between words changes: comments stay, and no word is rewritten.
const TOKEN = /(?<comment>#[^\n]*)|(?<iri><[^<>"{}|^`\\\s]*>)|(?<text>"""(?:\\.|[^\\])*?"""|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?<mark>[{}()[\];,])|(?<word>(?:\\.|[^\s{}()[\];,<>"'#\\])+|[<>][=]?|\\|["'])/gs;
const CLAUSES = new Set("PREFIX BASE SELECT CONSTRUCT ASK DESCRIBE FROM GROUP HAVING ORDER LIMIT OFFSET VALUES OPTIONAL FILTER BIND MINUS SERVICE GRAPH".split(" "));

export function formatSparql(text) {
  const tokens = tokenise(text);
  const laid = layOut(tokens);
  const same = (one, other) => one.length === other.length && one.every((token, place) => token.text === other[place].text);
  // Whatever this does not understand is left as it was written.
  return same(tokens, tokenise(laid)) ? laid : text;
}

function tokenise(text) {
  const tokens = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const kind = Object.keys(found.groups).find((name) => found.groups[name] !== undefined);
    const before = text.slice(end, found.index);
    end = found.index + found[0].length;
    const token = { kind, text: found[0], space: before !== "", lines: before.split("\n").length - 1 };
    // A full stop that ends a triple may touch the word before it.
    if (kind === "word" && token.text.length > 1 && token.text.endsWith(".") && !token.text.endsWith("\\.")) {
      tokens.push({ ...token, text: token.text.slice(0, -1) }, { kind: "mark", text: ".", space: false, lines: 0 });
    } else tokens.push(token.text === "." ? { ...token, kind: "mark" } : token);
  }
  return tokens;
}

function layOut(tokens) {
  const lines = [""];
  const groups = [];
  let inside = 0, more = false, broken = true;
  const indent = () => "  ".repeat(groups.length + (more ? 1 : 0));
  const put = (text, space) => {
    if (broken) {
      if (lines.at(-1) !== "") lines.push("");
      lines[lines.length - 1] = indent() + text;
    } else lines[lines.length - 1] += (space ? " " : "") + text;
    broken = false;
  };
  tokens.forEach((token, place) => {
    const upper = token.text.toUpperCase();
    const last = tokens[place - 1];
    if (token.lines > 1 && broken && place && token.text !== "}" && lines.at(-1) !== "") lines.push("", "");
    if (token.kind === "comment") {
      broken = token.lines > 0 || !place;
      put(token.text, true);
      broken = true;
    } else if (token.text === "{") {
      put("{", true);
      groups.push({ inside, more });
      inside = 0;
      more = false;
      broken = true;
    } else if (token.text === "}") {
      ({ inside, more } = groups.pop() ?? { inside: 0, more: false });
      broken = true;
      put("}", false);
      broken = !inside;
    } else if ("([".includes(token.text)) {
      put(token.text, token.space || last?.text === ",");
      inside += 1;
    } else if (")]".includes(token.text)) {
      inside = Math.max(0, inside - 1);
      put(token.text, token.space && last?.text !== "(" && last?.text !== "[");
    } else if (!inside && (token.text === "." || token.text === ";")) {
      if (last && last.text !== "}" && last.kind !== "comment") broken = false;
      if (last?.text === "}") broken = false;
      put(token.text, true);
      more = token.text === ";";
      broken = true;
    } else if (token.text === ",") {
      put(",", false);
    } else {
      if (!inside && token.kind === "word" && CLAUSES.has(upper)) {
        if (last && !["NOT", "UNION"].includes(last.text.toUpperCase())) broken = true;
        more = false;
      }
      if (upper === "UNION" && last?.text === "}") broken = false;
      put(token.text, token.space || last?.text === "," || last?.text === "}");
    }
  });
  return `${lines.join("\n").replace(/\n{3,}/g, "\n\n").trim()}\n`;
}
