#pragma once

#include <tuple>

#include "freshet/physics/exp_hydro.hpp"
#include "freshet/physics/exp_hydro_threshold.hpp"
#include "freshet/physics/gr4j.hpp"
#include "freshet/physics/gr4j_cemaneige.hpp"
#include "freshet/physics/hbv.hpp"
#include "freshet/physics/routing.hpp"
#include "freshet/physics/vic.hpp"

namespace freshet::physics {
namespace detail {

template <class Ignored, class... M>
struct Listed {
  using type = std::tuple<M...>;
};

}  // namespace detail

/// All process models, those of registry.inc: a model in that list is generated, offered to the user, and enrolled in the checks
/// made of every model.
#define FRESHET_MODEL(name, ...) , __VA_ARGS__
using Models = detail::Listed<void
#include "freshet/physics/registry.inc"
                              >::type;
#undef FRESHET_MODEL

#define FRESHET_MODEL(name, ...) static_assert(__VA_ARGS__::kName == #name, "the registry's name of a model is not its kName");
#include "freshet/physics/registry.inc"
#undef FRESHET_MODEL

/// All routings after a model.
using Routings = std::tuple<GammaRouting, TriangularRouting>;

}  // namespace freshet::physics
