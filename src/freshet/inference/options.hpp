#pragma once

#include <string>
#include <vector>

#include "freshet/config/fields.hpp"

namespace freshet {

/// How a trained model is run over a period.
struct InferenceOptions {
  std::string evaluation_mode = "stateful";
  std::int64_t warmup_steps = 365;
  std::vector<std::string> clip_targets_to_zero;
};

const FieldTable<InferenceOptions>& inference_fields();

}  // namespace freshet
