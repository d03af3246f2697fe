import { feature } from "topojson-client";
import { inflate } from "./series.js";

const kUnitedStates = "840";
const kAntarctica = "010"; // goes round the pole, and has no rivers

function boundsOf(ring) {
  const bounds = { west: Infinity, east: -Infinity, south: Infinity, north: -Infinity };
  for (const [longitude, latitude] of ring) {
    bounds.west = Math.min(bounds.west, longitude);
    bounds.east = Math.max(bounds.east, longitude);
    bounds.south = Math.min(bounds.south, latitude);
    bounds.north = Math.max(bounds.north, latitude);
  }
  return bounds;
}

const overlap = (a, b) => a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;

/** The ring with longitudes that run on across the 180th meridian instead of jumping back. */
function unwrapped(ring) {
  let turn = 0;
  return ring.map(([longitude, latitude], i) => {
    const step = i === 0 ? 0 : longitude - ring[i - 1][0];
    if (Math.abs(step) > 180) turn -= 360 * Math.sign(step);
    return [longitude + turn, latitude];
  });
}

/** The polygon once for every turn of the globe that brings a part of it into the map, cut at the map's edge. */
function turned(polygon, centre) {
  const [west, east] = [centre - 180, centre + 180];
  const rings = polygon.map(unwrapped);
  const bounds = boundsOf(rings[0]);
  const turns = [-360, 0, 360].filter((turn) => bounds.west + turn < east && bounds.east + turn > west);
  const cut =
    (turn) =>
    ([longitude, latitude]) => [Math.min(Math.max(longitude + turn, west), east), latitude];
  return turns.map((turn) => rings.map((ring) => ring.map(cut(turn))));
}

/** The polygons of a shape that reach into `view`, projected, as a feature named `name`; nothing if none does. */
function outline({ geometry }, name, view, { project, centre }) {
  if (!geometry) return undefined;
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const near = polygons.flatMap((polygon) => turned(polygon, centre)).filter(([outer]) => overlap(boundsOf(outer), view));
  if (near.length === 0) return undefined;
  const coordinates = near.map((rings) => rings.map((ring) => ring.map(project)));
  return { type: "Feature", properties: { name }, geometry: { type: "MultiPolygon", coordinates } };
}

/**
 * Countries and, above them, US states near a view, as GeoJSON in the plane of the projection. What lies far off is left
 * out, also because a cone would fold it over the map. The USA has a name of its own, see map.js for the drawing.
 */
export async function outlinesNear(view, projection) {
  const text = new TextDecoder().decode(await inflate(document.getElementById("outlines").textContent));
  const { countries, states } = JSON.parse(text);
  const margin = { x: Math.max(6, (view.east - view.west) / 2), y: Math.max(6, (view.north - view.south) / 2) };
  const wide = {
    west: view.west - margin.x,
    east: view.east + margin.x,
    south: view.south - margin.y,
    north: view.north + margin.y,
  };
  const shapes = feature(countries, countries.objects.shapes).features.filter(({ id }) => id !== kAntarctica);
  const features = [
    ...shapes.map((shape) => outline(shape, shape.id === kUnitedStates ? "united states" : "country", wide, projection)),
    ...feature(states, states.objects.shapes).features.map((shape) => outline(shape, "state", wide, projection)),
  ];
  return { type: "FeatureCollection", features: features.filter(Boolean) };
}
