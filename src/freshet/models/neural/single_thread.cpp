#include "freshet/models/neural/single_thread.hpp"

#include <omp.h>
#include <torch/torch.h>

namespace freshet {

SingleThreadScope::SingleThreadScope() {
  // LibTorch sets a thread's number at the thread's first parallel loop; asking now has it done before ours is set.
  at::get_num_threads();
  saved_ = omp_get_max_threads();
  omp_set_num_threads(1);
}

SingleThreadScope::~SingleThreadScope() {
  omp_set_num_threads(saved_);
}

}  // namespace freshet
