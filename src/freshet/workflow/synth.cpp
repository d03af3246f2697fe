#include "freshet/workflow/synth.hpp"

namespace freshet {

void synth(const SynthOptions& options, Observer& observer) {
  write_virtual_basins(options, observer);
}

}  // namespace freshet
