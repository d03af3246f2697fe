#pragma once

#include "freshet/physics/scalar.hpp"

namespace freshet::physics {

/// A step of a degree-day snowpack that holds liquid water (Bergstroem 1976): storages at its end, mm, and what moved, mm in the
/// step.
template <class S>
struct DegreeDaySnow {
  S snowpack, meltwater, melt, refreezing, outflow;
};

/// @param snowpack, meltwater  frozen and liquid water at the start, mm
/// @param snowfall             mm in the step
/// @param melting_degrees      temperature above that at which melt starts, degC
/// @param degree_day_factor    melt, mm/degC in the step
/// @param cfr                  refreezing as a fraction of the degree-day factor
/// @param cwh                  liquid water the pack holds, per snow water
template <Scalar S>
DegreeDaySnow<S> degree_day_snow(S snowpack, S meltwater, S snowfall, S melting_degrees, S degree_day_factor, S cfr, S cwh) {
  const S zero = S(0.0);
  snowpack = snowpack + snowfall;
  const S melt = min(max(degree_day_factor * melting_degrees, zero), snowpack);
  meltwater = meltwater + melt;
  snowpack = snowpack - melt;
  const S refreezing = min(max(zero - cfr * degree_day_factor * melting_degrees, zero), meltwater);
  snowpack = snowpack + refreezing;
  meltwater = meltwater - refreezing;
  const S outflow = max(meltwater - cwh * snowpack, zero);
  return {snowpack, meltwater - outflow, melt, refreezing, outflow};
}

}  // namespace freshet::physics
