#include "freshet/models/neural/trace_memory.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <mutex>
#include <vector>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

struct Block {
  void* data = nullptr;
  std::size_t bytes = 0;
};

class Pool {
 public:
  // One for the process and never destroyed: tensors may outlive every static object.
  static Pool& instance() {
    static Pool& pool = *new Pool;
    return pool;
  }

  Block take(std::size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      // The best fit: a step that asks for the same sizes as the one before, in any order, then finds them all.
      auto best = idle_.end();
      for (auto block = idle_.begin(); block != idle_.end(); ++block) {
        const bool fits = block->bytes >= bytes && block->bytes <= 2 * bytes;
        if (fits && (best == idle_.end() || block->bytes < best->bytes)) best = block;
      }
      if (best != idle_.end()) {
        const Block taken = *best;
        idle_.erase(best);
        return taken;
      }
      // The shapes have changed, so those of before are not expected back.
      for (const Block& block : idle_) std::free(block.data);
      idle_.clear();
    }
    return allocate(bytes);
  }

  void give_back(Block block) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(block);
  }

 private:
  static Block allocate(std::size_t bytes) {
    const Block block{std::aligned_alloc(kHugePage, bytes), bytes};
    if (!block.data) {
      throw EnvironmentError(Problem{.what = "not enough memory for a training step",
                                     .expected = std::to_string(bytes >> 20) + " MiB more",
                                     .hint = "Take a smaller batch or shorter sequences"});
    }
    madvise(block.data, bytes, MADV_HUGEPAGE);
    return block;
  }

  std::mutex mutex_;
  std::vector<Block> idle_;
};

}  // namespace

torch::Tensor trace_tensor(c10::IntArrayRef sizes) {
  const auto wanted = static_cast<std::size_t>(c10::multiply_integers(sizes)) * sizeof(float);
  if (wanted < kHugePage) return torch::empty(sizes, torch::kFloat32);
  const Block block = Pool::instance().take((wanted + kHugePage - 1) / kHugePage * kHugePage);
  return torch::from_blob(
      block.data, sizes, [block](void*) { Pool::instance().give_back(block); }, torch::kFloat32);
}

}  // namespace freshet
