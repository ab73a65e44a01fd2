// Where the nodes of a drawing stand, found before anything is drawn; nothing here touches the page.
const SIZES = { claim: [210, 92], activity: [170, 64], agent: [150, 76] };
const OTHER = [180, 64];
// A zoom at which words are easily read, and how many nodes beside each other may have it.
const LEGIBLE = 0.7, BESIDE = 10;
const APART = 26, STEP = 90;

export function sizeOf(kind) {
  const [width, height] = SIZES[kind] ?? OTHER;
  return { width, height };
}

// Few nodes beside each other are laid out by `layer`, which crosses fewer lines and leaves room for their words; it draws
// all of a layer in one line, so that more than few are laid out in rows.
export function placeNodes({ nodes, edges }, room, layer) {
  const layers = groupByHops(nodes, edges);
  if (layers.some((each) => each.length > BESIDE)) return inRows(layers, room);
  const leftward = inLayers(layers.flat(), edges, "RL", room, layer);
  return leftward.zoom > LEGIBLE ? leftward : largest([leftward, inLayers(layers.flat(), edges, "BT", room, layer)]);
}

const largest = (layouts) => layouts.reduce((one, other) => (other.zoom > one.zoom ? other : one));
const zoomFor = (width, height, room) => Math.min(1, room.width / width, room.height / height);

// The nodes by their distance from what the drawing is about; within one distance, in the order of what each rests on.
function groupByHops(nodes, edges) {
  const boxes = new Map(nodes.map(({ data, classes }) => [data.id, { id: data.id, hops: data.hops, nearer: [], ...sizeOf(classes.split(" ").find((each) => each in SIZES)) }]));
  for (const { data } of edges) {
    const [one, other] = [boxes.get(data.source), boxes.get(data.target)];
    if (one.hops < other.hops) other.nearer.push(one);
    if (other.hops < one.hops) one.nearer.push(other);
  }
  const layers = [];
  for (const box of boxes.values()) (layers[box.hops] ??= []).push(box);
  const filled = layers.filter(Boolean);
  for (const layer of filled) {
    for (const box of layer) box.place = box.nearer.reduce((sum, each) => sum + each.place, 0) / (box.nearer.length || 1);
    layer.sort((one, other) => one.place - other.place);
    layer.forEach((box, place) => (box.place = place / layer.length));
  }
  return filled;
}

function inLayers(boxes, edges, rankdir, room, layer) {
  const positions = layer(boxes, edges.map(({ data }) => data), { rankdir, nodesep: APART, ranksep: rankdir === "RL" ? 130 : 110 });
  const ends = (axis, side) => boxes.flatMap((box) => [positions[box.id][axis] - box[side] / 2, positions[box.id][axis] + box[side] / 2]);
  const [across, down] = [ends("x", "width"), ends("y", "height")];
  const [x, y] = [Math.min(...across), Math.min(...down)];
  const [width, height] = [Math.max(...across) - x, Math.max(...down) - y];
  return { positions, x, y, width, height, zoom: zoomFor(width, height, room), worded: true };
}

// Each distance as columns of at most so many nodes, or as rows of them: whatever is largest in the room there is.
function inRows(layers, room) {
  const cells = layers.map((layer) => ({ length: layer.length, width: Math.max(...layer.map((box) => box.width)) + APART, height: Math.max(...layer.map((box) => box.height)) + APART / 2 }));
  const most = Math.max(...cells.map(({ length }) => length));
  const layouts = ["width", "height"].flatMap((along) => Array.from({ length: most }, (_, less) => measureRows(cells, along, most - less, room)));
  const best = largest(layouts);
  return { ...best, x: 0, y: 0, positions: placeInRows(layers, cells, best), worded: false };
}

function measureRows(cells, along, beside, room) {
  const across = along === "width" ? "height" : "width";
  const size = {
    [along]: cells.reduce((sum, cell) => sum + Math.ceil(cell.length / beside) * cell[along], (cells.length - 1) * STEP),
    [across]: Math.max(...cells.map((cell) => Math.min(cell.length, beside) * cell[across])),
  };
  return { ...size, along, across, beside, zoom: zoomFor(size.width, size.height, room) };
}

function placeInRows(layers, cells, { along, across, beside, [across]: breadth }) {
  const axes = { width: "x", height: "y" };
  const positions = {};
  let start = 0;
  layers.forEach((layer, hop) => {
    const lines = Math.ceil(layer.length / beside);
    const inLine = Math.ceil(layer.length / lines);
    const first = (breadth - inLine * cells[hop][across]) / 2;
    layer.forEach((box, place) => {
      // Neighbours in order lie beside each other, so that lines to what they rest on stay near.
      positions[box.id] = { [axes[along]]: start + ((place % lines) + 0.5) * cells[hop][along], [axes[across]]: first + (Math.floor(place / lines) + 0.5) * cells[hop][across] };
    });
    start += lines * cells[hop][along] + STEP;
  });
  return positions;
}
