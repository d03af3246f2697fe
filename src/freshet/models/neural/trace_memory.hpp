#pragma once

#include <torch/torch.h>

namespace freshet {

/// A float32 CPU tensor with undefined contents, for what a forward pass computes and keeps for every time step.
///
/// Such blocks are tens of megabytes and wanted again a moment after they were dropped; fetching them from the system each
/// time costs an eighth of an LSTM's training step in page faults. Large blocks therefore return to a pool when their last
/// tensor goes, and stay there until a request they do not fit. Throws EnvironmentError when memory runs out.
torch::Tensor trace_tensor(c10::IntArrayRef sizes);

}  // namespace freshet
