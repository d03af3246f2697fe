#include "freshet/calibration/registry.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "freshet/calibration/adam.hpp"
#include "freshet/calibration/dds.hpp"
#include "freshet/calibration/gradient_search.hpp"
#include "freshet/calibration/lbfgs.hpp"
#include "freshet/calibration/sampling.hpp"
#include "freshet/calibration/sce_ua.hpp"
#include "freshet/core/error.hpp"

namespace freshet::calibration {

namespace {

template <class Method>
std::unique_ptr<Search> make(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin) {
  return std::make_unique<Method>(options, parameters, seed, basin);
}

template <class Descent>
std::unique_ptr<Search> make_gradient(const SearchOptions& options, std::size_t parameters, std::uint64_t seed,
                                      std::uint64_t basin) {
  const auto descent = [options, parameters] { return std::make_unique<Descent>(options, parameters); };
  return std::make_unique<GradientSearch>(options, parameters, seed, basin, descent);
}

constexpr std::array<SearchMethod, 6> kMethods = {{
    {.name = "sce_ua", .title = "shuffled complex evolution", .source = "Duan et al. 1992, 1994", .make = make<SceUa>},
    {.name = "dds", .title = "dynamically dimensioned search", .source = "Tolson and Shoemaker 2007", .make = make<Dds>},
    {.name = "monte_carlo", .title = "independent uniform points", .source = "", .make = make<MonteCarlo>},
    {.name = "latin_hypercube", .title = "Latin hypercube sample", .source = "McKay et al. 1979", .make = make<LatinHypercube>},
    {.name = "adam",
     .title = "Adam from several starts",
     .source = "Kingma and Ba 2015",
     .wants_gradients = true,
     .make = make_gradient<AdamDescent>},
    {.name = "lbfgs",
     .title = "L-BFGS from several starts",
     .source = "Nocedal 1980; Lewis and Overton 2013",
     .wants_gradients = true,
     .make = make_gradient<LbfgsDescent>},
}};

}  // namespace

std::span<const SearchMethod> search_methods() {
  return kMethods;
}

std::vector<std::string> search_method_names() {
  std::vector<std::string> names;
  names.reserve(kMethods.size());
  for (const SearchMethod& method : kMethods) names.emplace_back(method.name);
  return names;
}

std::unique_ptr<Search> make_search(const SearchOptions& options, std::size_t parameters, std::uint64_t seed,
                                    std::uint64_t basin) {
  const auto found = std::ranges::find(kMethods, options.method, &SearchMethod::name);
  if (found == kMethods.end()) {
    Problem problem{.what = "there is no such method of calibration", .got = options.method};
    if (const auto near = nearest(options.method, search_method_names())) problem.hint = fmt::format("Did you mean `{}`?", *near);
    throw InputError(problem);
  }
  if (parameters == 0) throw InputError({.what = "no parameter is free to be calibrated"});
  const std::vector<double>& point = options.initial_point;
  const bool inside = std::ranges::all_of(point, [](double x) { return x >= 0 && x <= 1; });
  if ((!point.empty() && point.size() != parameters) || !inside) {
    throw InputError({.what = "the initial point of a search does not fit",
                      .expected = fmt::format("{} values from 0 to 1", parameters),
                      .got = fmt::format("{} values{}", point.size(), inside ? "" : ", some outside")});
  }
  return found->make(options, parameters, seed, basin);
}

}  // namespace freshet::calibration
