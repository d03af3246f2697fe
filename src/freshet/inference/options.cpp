#include "freshet/inference/options.hpp"

namespace freshet {

const FieldTable<InferenceOptions>& inference_fields() {
  using O = InferenceOptions;
  const char* g = "Evaluation";
  static const FieldTable<O> table = {
      field(
          g, "evaluation_mode", &O::evaluation_mode,
          {.doc = "stateful: one pass over the record, the state carried from day to day. windowed: for every day a sequence of "
                  "seq_length days from the zero state, as sequence-to-one training sees it; about seq_length times the work.",
           .choices = {"stateful", "windowed"}}),
      field(g, "warmup_steps", &O::warmup_steps,
            {.doc = "Steps by which a stateful run starts before the first scored day (fewer where the record begins later).",
             .min = 0}),
      field(g, "clip_targets_to_zero", &O::clip_targets_to_zero,
            {.doc = "Targets whose negative predictions are set to zero in predictions and scores; the number of values changed "
                    "is recorded."}),
  };
  return table;
}

}  // namespace freshet
