import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { feature, mesh } from "topojson-client";

export { L, feature, mesh };

/**
 * Makes a Leaflet map in `element` whose only background is the outline of countries in `atlas` (parsed world-atlas
 * TopoJSON, served by this application): no tiles, so nobody learns which place is looked at.
 */
export function createMap(element, atlas, options = {}) {
  const map = L.map(element, { attributionControl: true, worldCopyJump: true, ...options });
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution("Borders: Natural Earth");
  L.geoJSON(feature(atlas, atlas.objects.countries), {
    interactive: false,
    style: { color: "#767676", weight: 1, fillColor: "#f2efe9", fillOpacity: 1 },
  }).addTo(map);
  return map;
}
