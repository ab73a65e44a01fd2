// Draws the provenance that the table beside it tells. Without this script the table stands alone.
// Beyond so many nodes the layers are laid out here, in one pass; up to it dagre crosses fewer lines.
const FEW = 60;
const LEGIBLE = 0.7, MARGIN = 20, LOWEST = 180, TALLEST = 720;
const HOUSE = "-1 -0.25 0 -1 1 -0.25 1 1 -1 1";

for (const figure of document.querySelectorAll("figure.graph")) start(figure);

// A figure that came later is started by whoever put it there; none is started twice.
export function start(place) {
  if (!place.hidden) return;
  place.hidden = false;
  // A drawing nobody has come to yet costs nothing.
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    draw(place);
  }, { rootMargin: "600px" });
  seen.observe(place);
}

function style() {
  const page = getComputedStyle(document.documentElement);
  const colour = (name) => page.getPropertyValue(`--${name}`).trim();
  const text = { color: colour("ink"), "font-family": "sans-serif", "font-size": 13 };
  const box = { "background-color": colour("entity"), "border-width": 1, "border-color": colour("strong-line") };
  return [
    { selector: "node", style: { ...text, ...box, label: "data(label)", "text-wrap": "wrap", "text-max-width": 150, "text-valign": "center", width: 180, height: 64, shape: "ellipse", "min-zoomed-font-size": 5 } },
    { selector: "node.activity", style: { shape: "rectangle", "background-color": colour("activity"), width: 170 } },
    { selector: "node.agent", style: { shape: "polygon", "shape-polygon-points": HOUSE, "background-color": colour("agent"), width: 150, height: 76, "text-margin-y": 10, "text-max-width": 130 } },
    { selector: "node.claim", style: { "border-width": 3, "border-color": colour("link"), width: 210, height: 92, "text-max-width": 165 } },
    { selector: "node.fold", style: { shape: "round-rectangle", "background-color": colour("sheet"), "border-style": "dashed", "border-width": 2, "font-weight": "bold" } },
    { selector: "edge", style: { ...text, "font-size": 11, color: colour("soft"), width: 1.4, "line-color": colour("strong-line"), "target-arrow-color": colour("strong-line"), "target-arrow-shape": "triangle", "curve-style": "bezier", label: "data(label)", "text-rotation": "autorotate", "text-background-color": colour("sheet"), "text-background-opacity": 1, "text-background-padding": 2, "min-zoomed-font-size": 6 } },
    { selector: "edge.many", style: { label: "", "curve-style": "haystack" } },
  ];
}

async function draw(place) {
  const begun = performance.mark("drawing").startTime;
  const [{ createGraph, layered }, elements] = await Promise.all([import("../vendor/graph.js"), fetchElements(place.dataset.graph)]);
  if (!elements) return;
  const canvas = place.querySelector(".canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place.dataset.label);
  const graph = createGraph({ container: canvas, style: style(), minZoom: 0.02, maxZoom: 2.5, userZoomingEnabled: false, autoungrabify: true, hideEdgesOnViewport: true });
  place.graph = graph;
  place.address = new URL(place.dataset.graph, location);
  place.layered = layered;
  show(place, elements, begun);
  graph.on("tap", "node", (event) => follow(place, event.target.data()));
  graph.on("tap", "edge", (event) => follow(place, event.target.data()));
  graph.on("mouseover", "node", () => (canvas.style.cursor = "pointer"));
  graph.on("mouseout", "node", () => (canvas.style.cursor = ""));
  // The wheel scrolls the page until the drawing was clicked, so that nobody is caught in it.
  canvas.addEventListener("pointerdown", () => graph.userZoomingEnabled(true));
  canvas.addEventListener("pointerleave", () => graph.userZoomingEnabled(false));
  for (const button of place.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => zoom(graph, button.dataset.zoom));
  place.querySelector("[data-unfold]")?.addEventListener("click", () => unfold(place, "all"));
  place.querySelector("[data-save]")?.addEventListener("click", () => save(graph));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.style(style()));
}

async function fetchElements(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

function show(place, elements, begun) {
  const { graph, layered } = place;
  const many = elements.nodes.length > FEW;
  const narrow = graph.width() < 700;
  const edges = many ? elements.edges.map((edge) => ({ ...edge, classes: "many" })) : elements.edges;
  graph.batch(() => {
    graph.elements().remove();
    graph.add([...elements.nodes, ...edges]);
  });
  const rows = { name: "preset", positions: placeInLayers(elements, narrow), fit: false };
  const layers = ["RL", "BT"].map((rankDir) => ({ ...layered, rankDir, rankSep: rankDir === "RL" ? 130 : 110, nodeSep: 26, fit: false }));
  layOut(graph, many ? [rows] : [...layers, rows]);
  const fold = place.querySelector("[data-unfold]");
  if (fold) fold.hidden = !elements.folded;
  place.dataset.drawn = String(graph.nodes().length);
  place.dataset.took = String(Math.round(performance.now() - begun));
}

// The first of some layouts whose words are easily read, else the one whose words are largest; the drawing is as high as it
// then needs.
function layOut(graph, layouts) {
  const tried = [];
  for (const layout of layouts) {
    graph.layout(layout).run();
    const { w, h } = graph.elements().boundingBox();
    tried.push({ layout, h, zoom: Math.min(1, (graph.width() - 2 * MARGIN) / w, (TALLEST - 2 * MARGIN) / h) });
    if (tried.at(-1).zoom > LEGIBLE) break;
  }
  const best = tried.reduce((one, other) => (other.zoom > one.zoom ? other : one));
  if (best !== tried.at(-1)) graph.layout(best.layout).run();
  graph.container().style.height = `${Math.max(LOWEST, Math.round(best.h * best.zoom + 2 * MARGIN))}px`;
  graph.resize();
  zoom(graph, "fit");
}

// A layer for each step away from what the drawing is about; within it, in the order of what each rests on.
function placeInLayers({ nodes, edges }, narrow) {
  const hops = new Map(nodes.map(({ data }) => [data.id, data.hops]));
  const near = new Map();
  for (const { data } of edges) {
    const [inner, outer] = hops.get(data.source) <= hops.get(data.target) ? [data.source, data.target] : [data.target, data.source];
    if (!near.has(outer)) near.set(outer, inner);
  }
  const layers = [];
  for (const { data } of nodes) (layers[data.hops] ??= []).push(data.id);
  const row = new Map();
  const positions = {};
  const perColumn = Math.max(12, Math.ceil(Math.sqrt(nodes.length)));
  let x = 0;
  for (const layer of layers.filter(Boolean)) {
    layer.sort((one, other) => (row.get(near.get(one)) ?? 0) - (row.get(near.get(other)) ?? 0));
    const columns = Math.ceil(layer.length / perColumn);
    layer.forEach((id, place) => {
      const column = Math.floor(place / perColumn);
      const inColumn = Math.min(perColumn, layer.length - column * perColumn);
      row.set(id, place);
      const across = x + column * 240, down = ((place % perColumn) - inColumn / 2) * 104;
      positions[id] = narrow ? { x: down * 2, y: across * 0.6 } : { x: across, y: down };
    });
    x += columns * 240 + 140;
  }
  return positions;
}

function follow(place, { open, page }) {
  if (open) unfold(place, open);
  else if (page && page !== location.pathname) location.assign(page);
}

async function unfold(place, group) {
  const begun = performance.now();
  place.address.searchParams.append("open", group);
  const elements = await fetchElements(place.address);
  if (!elements) return;
  show(place, elements, begun);
  const here = new URL(location);
  here.searchParams.append("open", group);
  // The address now shows the same, the table below it included.
  history.replaceState(null, "", here);
  place.querySelector("[data-told]").textContent = `${elements.nodes.length} nodes are drawn now.`;
}

function save(graph) {
  const sheet = getComputedStyle(document.documentElement).getPropertyValue("--sheet").trim();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(graph.png({ output: "blob", full: true, scale: 2, maxWidth: 8000, maxHeight: 8000, bg: sheet }));
  link.download = `${location.pathname.split("/").pop()}-provenance.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function zoom(graph, how) {
  if (how === "fit") {
    graph.fit(undefined, MARGIN);
    if (graph.zoom() > 1) { graph.zoom(1); graph.center(); }
  }
  else graph.zoom({ level: graph.zoom() * (how === "in" ? 1.3 : 1 / 1.3), renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
}
