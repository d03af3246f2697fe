import { feature } from "topojson-client";
import { inflate } from "./series.js";

const kUnitedStates = "840";

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

/** The polygons of a feature that reach into `view`, projected, as a feature named `name`; nothing if none does. */
function projected({ geometry }, name, view, project) {
  if (!geometry) return undefined;
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const near = polygons.filter((rings) => overlap(boundsOf(rings[0]), view));
  if (near.length === 0) return undefined;
  const coordinates = near.map((rings) => rings.map((ring) => ring.map(project)));
  return { type: "Feature", properties: { name }, geometry: { type: "MultiPolygon", coordinates } };
}

/**
 * Countries and, above them, US states near a view, as GeoJSON in the plane of the projection. What lies far off is left
 * out, also because a cone would fold it over the map. The USA has a name of its own, see map.js for the drawing.
 */
export async function outlinesNear(view, project) {
  const text = new TextDecoder().decode(await inflate(document.getElementById("outlines").textContent));
  const { countries, states } = JSON.parse(text);
  const margin = { x: Math.max(6, (view.east - view.west) / 2), y: Math.max(6, (view.north - view.south) / 2) };
  const wide = {
    west: view.west - margin.x,
    east: view.east + margin.x,
    south: view.south - margin.y,
    north: view.north + margin.y,
  };
  const features = [
    ...feature(countries, countries.objects.shapes).features.map((country) =>
      projected(country, country.id === kUnitedStates ? "united states" : "country", wide, project),
    ),
    ...feature(states, states.objects.shapes).features.map((state) => projected(state, "state", wide, project)),
  ];
  return { type: "FeatureCollection", features: features.filter(Boolean) };
}
