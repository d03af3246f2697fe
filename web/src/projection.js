// Map projections: functions from [longitude, latitude] in degrees to plane coordinates, x to the east, y to the north.

const radians = (degrees) => (degrees * Math.PI) / 180;

// Percent of the earth's radius: the map component is used to numbers of the size of degrees.
const kScale = 100;

/** Albers' conic equal-area projection with standard parallels `south` and `north` (Snyder 1987, eq. 14-1 to 14-6). */
function albers(centralLongitude, south, north) {
  const n = (Math.sin(radians(south)) + Math.sin(radians(north))) / 2;
  const c = Math.cos(radians(south)) ** 2 + 2 * n * Math.sin(radians(south));
  return ([longitude, latitude]) => {
    const theta = n * radians(longitude - centralLongitude);
    const rho = Math.sqrt(Math.max(0, c - 2 * n * Math.sin(radians(latitude)))) / n;
    return [kScale * rho * Math.sin(theta), -kScale * rho * Math.cos(theta)];
  };
}

/** The Equal Earth projection (Savric, Patterson and Jenny 2018) for views too wide for a cone. */
function equalEarth([longitude, latitude]) {
  const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796];
  const m = Math.sqrt(3) / 2;
  const t = Math.asin(m * Math.sin(radians(latitude)));
  const slope = a1 + 3 * a2 * t ** 2 + t ** 6 * (7 * a3 + 9 * a4 * t ** 2);
  const height = t * (a1 + a2 * t ** 2 + t ** 6 * (a3 + a4 * t ** 2));
  return [(kScale * radians(longitude) * Math.cos(t)) / (m * slope), kScale * height];
}

/**
 * The projection for a view of these bounds, a cone through it, or the whole earth's if wide or across the equator; and the
 * meridian in its middle, opposite to which the map is cut.
 */
export function projectionFor({ west, east, south, north }) {
  const margin = (north - south) / 6;
  const [lower, upper] = [south + margin, north - margin];
  if (east - west > 120 || Math.abs(lower + upper) < 12) return { project: equalEarth, centre: 0 };
  const centre = (west + east) / 2;
  return { project: albers(centre, lower, upper), centre };
}
