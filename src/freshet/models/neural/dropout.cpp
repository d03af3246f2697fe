#include "freshet/models/neural/dropout.hpp"

#include <array>
#include <cmath>

#include "freshet/core/rng.hpp"

namespace freshet {

torch::Tensor dropout_mask(std::int64_t steps, std::int64_t rows, std::int64_t width, double probability, const DropoutKey& key) {
  torch::Tensor mask = torch::empty({steps, rows, width}, torch::kFloat32);
  float* out = mask.data_ptr<float>();
  const std::uint64_t philox_key = mix_seed(key.seed, static_cast<std::uint64_t>(RngUse::kDropout));
  const auto threshold = static_cast<std::uint32_t>(std::lround(probability * 65536.0));
  const float keep = static_cast<float>(1.0 / (1.0 - probability));
  // One philox block of 4 x 32 bits decides 8 places, 16 bits each.
  for (std::int64_t t = 0; t < steps; ++t) {
    for (std::int64_t row = 0; row < rows; ++row) {
      float* place = out + (t * rows + row) * width;
      for (std::int64_t k = 0; k < width; k += 8) {
        const auto block = philox({static_cast<std::uint32_t>(k / 8), static_cast<std::uint32_t>(t),
                                   static_cast<std::uint32_t>(key.first_row + row), static_cast<std::uint32_t>(key.step)},
                                  philox_key);
        std::array<float, 8> kept;
        for (std::size_t w = 0; w < 4; ++w) {
          kept[2 * w] = (block[w] & 0xffffu) < threshold ? 0.0f : keep;
          kept[2 * w + 1] = (block[w] >> 16) < threshold ? 0.0f : keep;
        }
        const std::int64_t n = std::min<std::int64_t>(8, width - k);
        std::copy_n(kept.begin(), n, place + k);
      }
    }
  }
  return mask;
}

}  // namespace freshet
