#include "freshet/models/neural/packed_gemm.hpp"

#include <array>
#include <string>

#include <omp.h>
#include <torch/torch.h>
#include <oneapi/dnnl/dnnl.hpp>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

using Tag = dnnl::memory::format_tag;
using Desc = dnnl::memory::desc;
constexpr auto kFloat = dnnl::memory::data_type::f32;

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

dnnl::matmul::primitive_desc describe(std::int64_t m, std::int64_t n, std::int64_t k) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const Desc a({m, k}, kFloat, Tag::ab), b({k, n}, kFloat, Tag::any), c({m, n}, kFloat, Tag::ab);
  return {dnnl::matmul::desc(a, b, c), attributes, engine()};
}

}  // namespace

struct PackedGemm::Impl {
  dnnl::stream stream{engine()};
  dnnl::matmul matmul;
  dnnl::memory a, b, c, scratchpad;
  std::array<dnnl_exec_arg_t, 4> arguments{};
};

PackedGemm::PackedGemm(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView b) : impl_(std::make_unique<Impl>()) {
  Impl& p = *impl_;
  try {
    const auto description = describe(m, n, k);
    p.matmul = dnnl::matmul(description);
    p.a = dnnl::memory(description.src_desc(), engine(), nullptr);
    p.b = dnnl::memory(description.weights_desc(), engine());
    p.c = dnnl::memory(description.dst_desc(), engine(), nullptr);
    p.scratchpad = dnnl::memory(description.scratchpad_desc(), engine());
    dnnl::memory plain(Desc({k, n}, kFloat, {b.row_stride, b.column_stride}), engine(), const_cast<float*>(b.data));
    dnnl::reorder(plain, p.b).execute(p.stream, plain, p.b);
    p.stream.wait();
  } catch (const dnnl::error& error) {
    throw InternalError(std::string("oneDNN cannot set up a matrix product: ") + error.what());
  }
  p.arguments = {{{DNNL_ARG_SRC, p.a.get()},
                  {DNNL_ARG_WEIGHTS, p.b.get()},
                  {DNNL_ARG_DST, p.c.get()},
                  {DNNL_ARG_SCRATCHPAD, p.scratchpad.get()}}};
}

PackedGemm::~PackedGemm() = default;
PackedGemm::PackedGemm(PackedGemm&&) noexcept = default;
PackedGemm& PackedGemm::operator=(PackedGemm&&) noexcept = default;

void PackedGemm::run(const float* a, float* c) {
  Impl& p = *impl_;
  p.a.set_data_handle(const_cast<float*>(a));
  p.c.set_data_handle(c);
  const auto status =
      dnnl_primitive_execute(p.matmul.get(), p.stream.get(), static_cast<int>(p.arguments.size()), p.arguments.data());
  if (status != dnnl_success) throw InternalError("oneDNN failed in a matrix product");
}

void gemm(bool transpose_a, std::int64_t m, std::int64_t n, std::int64_t k, const float* a, std::int64_t lda, const float* b,
          std::int64_t ldb, float beta, float* c, std::int64_t ldc) {
  const auto status = dnnl_sgemm(transpose_a ? 'T' : 'N', 'N', m, n, k, 1.0F, a, lda, b, ldb, beta, c, ldc);
  if (status != dnnl_success) throw InternalError("oneDNN failed in a matrix product");
}

}  // namespace freshet
