#pragma once

#include <tuple>

#include "freshet/physics/hbv.hpp"
#include "freshet/physics/routing.hpp"

namespace freshet::physics {

/// All process models: a model in this list is generated, listed, tested and documented.
using Models = std::tuple<Hbv<HbvVariant::kBasic>, Hbv<HbvVariant::kEtShape>, Hbv<HbvVariant::kCapillary>>;

/// All routings after a model.
using Routings = std::tuple<GammaRouting>;

}  // namespace freshet::physics
