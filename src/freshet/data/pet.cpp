#include "freshet/data/pet.hpp"

#include <functional>

#include "freshet/core/error.hpp"
#include "freshet/physics/pet.hpp"

namespace freshet {

const std::vector<PetFormula>& pet_formulas() {
  static const std::vector<PetFormula> table = {
      {"oudin", "Oudin et al. (2005): temperature and latitude", {"temperature", "latitude"}},
      {"hamon", "Hamon (1961): temperature and day length, or latitude", {"temperature", "day_length|latitude"}},
      {"hargreaves",
       "Hargreaves and Samani (1985): temperature, tmin, tmax and latitude",
       {"temperature", "tmin", "tmax", "latitude"}},
      {"priestley_taylor",
       "Priestley and Taylor (1972), radiation after FAO-56: tmin, tmax, srad (mean over the daylight), vp, latitude, elevation",
       {"tmin", "tmax", "srad", "vapour_pressure", "day_length|latitude", "latitude", "elevation"}},
  };
  return table;
}

std::vector<double> derive_pet(std::string_view formula, const PetInputs& inputs) {
  const auto size = static_cast<std::size_t>(inputs.axis.size);
  const bool has_day_length = !inputs.day_length.empty();
  const auto sun = [&](std::size_t t) {
    return physics::solar_day(inputs.latitude, day_of_year(inputs.axis.at(static_cast<std::int64_t>(t))));
  };
  const auto day_length = [&](std::size_t t) { return has_day_length ? inputs.day_length[t] : sun(t).day_length_s; };
  std::function<double(std::size_t)> of_day;
  if (formula == "oudin") {
    of_day = [&](std::size_t t) { return physics::oudin_pet(sun(t).extraterrestrial_radiation, inputs.temperature[t]); };
  } else if (formula == "hamon") {
    of_day = [&](std::size_t t) { return physics::hamon_pet(day_length(t) / 3600.0, inputs.temperature[t]); };
  } else if (formula == "hargreaves") {
    of_day = [&](std::size_t t) {
      return physics::hargreaves_pet(sun(t).extraterrestrial_radiation, inputs.temperature[t], inputs.tmin[t], inputs.tmax[t]);
    };
  } else if (formula == "priestley_taylor") {
    of_day = [&](std::size_t t) {
      return physics::priestley_taylor_pet({.tmin = inputs.tmin[t],
                                            .tmax = inputs.tmax[t],
                                            .vapour_pressure = inputs.vapour_pressure[t],
                                            .shortwave = inputs.srad[t],
                                            .day_length_s = day_length(t),
                                            .extraterrestrial_radiation = sun(t).extraterrestrial_radiation,
                                            .elevation = inputs.elevation});
    };
  } else {
    throw InternalError("there is no PET formula `" + std::string(formula) + "`");
  }
  std::vector<double> pet(size);
  for (std::size_t t = 0; t < size; ++t) pet[t] = of_day(t);
  return pet;
}

}  // namespace freshet
