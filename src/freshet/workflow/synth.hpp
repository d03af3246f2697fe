#pragma once

#include "freshet/core/events.hpp"
#include "freshet/data/virtual/synth.hpp"

namespace freshet {

/// The verb `synth`: writes virtual basins (docs/virtual_basins.md).
void synth(const SynthOptions& options, Observer& observer);

}  // namespace freshet
