import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";
import "./graph.css";

cytoscape.use(dagre);

// Cytoscape adds a <style> element unless one of this id is there, and a strict style-src blocks it: graph.css has the rule.
function holdStyleElement() {
  const id = "__________cytoscape_stylesheet";
  if (document.getElementById(id)) return;
  const meta = document.createElement("meta");
  meta.id = id;
  document.head.append(meta);
}

// dagre's default ranker takes minutes on a thousand nodes; tight-tree a second.
export const layered = { name: "dagre", ranker: "tight-tree", rankDir: "TB", nodeDimensionsIncludeLabels: true };

/** Draws a graph as `cytoscape({...})` does, under a strict content security policy. */
export function createGraph(options) {
  holdStyleElement();
  options.container?.classList.add("__________cytoscape_container");
  return cytoscape(options);
}

export default createGraph;
