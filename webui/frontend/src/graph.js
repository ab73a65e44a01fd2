import dagre from "@dagrejs/dagre";
import cytoscape from "cytoscape";
import "./graph.css";

// Cytoscape adds a <style> element unless one of this id is there, and a strict style-src blocks it: graph.css has the rule.
function holdStyleElement() {
  const id = "__________cytoscape_stylesheet";
  if (document.getElementById(id)) return;
  const meta = document.createElement("meta");
  meta.id = id;
  document.head.append(meta);
}

/** Where boxes, each with an id and a size, stand in layers, so that lines from a source to a target cross little. */
export function layer(boxes, lines, options = {}) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  // dagre's default ranker takes minutes on a thousand nodes; tight-tree a second.
  graph.setGraph({ ranker: "tight-tree", ...options });
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const { id, source, target } of lines) graph.setEdge(source, target, {}, id);
  dagre.layout(graph);
  return Object.fromEntries(boxes.map(({ id }) => [id, { x: graph.node(id).x, y: graph.node(id).y }]));
}

/** Draws a graph as `cytoscape({...})` does, under a strict content security policy. */
export function createGraph(options) {
  holdStyleElement();
  options.container?.classList.add("__________cytoscape_container");
  return cytoscape(options);
}

export default createGraph;
