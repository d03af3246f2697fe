#include "freshet/models/process/routing_layer.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/kernels/aligned.hpp"
#include "freshet/kernels/cpu/processor.hpp"
#include "freshet/kernels/interpreter.hpp"

namespace freshet {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kWidth = static_cast<std::size_t>(kernels::kBlockLanes);

/// Up to kWidth lanes; arrays are rows of kWidth, padded with zeros, parameters with those of the last lane.
template <class T>
class RoutingBlock {
 public:
  RoutingBlock(const kernels::Routing& routing, std::size_t first, std::size_t count, std::size_t all, double dt)
      : routing_(routing), first_(first), count_(count), all_(all), dt_(kWidth, static_cast<T>(dt)) {}

  void forward(const T* parameters, const T* history, const T* runoff, std::size_t steps, T* discharge) {
    const std::size_t lead = routing_.length() - 1;
    parameters_ = spread(parameters, routing_.parameters().size());
    for (std::size_t p = 0; p < routing_.parameters().size(); ++p) {
      T* row = parameters_.data() + p * kWidth;
      std::fill(row + count_, row + kWidth, row[count_ - 1]);
    }
    weights_.resize(routing_.length() * kWidth);
    run(routing_.table().ordinates, {}, weights_);
    in_ = history == nullptr ? kernels::AlignedVector<T>(lead * kWidth, T(0)) : spread(history, lead);
    const auto rows = spread(runoff, steps);
    in_.insert(in_.end(), rows.begin(), rows.end());
    kernels::AlignedVector<T> out(steps * kWidth);
    common().delay_forward(call(steps, out.data()));
    gather(out, steps, discharge);
  }

  void adjoint(const T* seeds, std::size_t steps, T* runoff_adjoint, T* parameter_adjoints) {
    const auto out_seed = spread(seeds, steps);
    kernels::AlignedVector<T> in_adjoint(steps * kWidth), weight_adjoints(weights_.size());
    kernels::DelayCall<T> delay = call(steps, nullptr);
    delay.out_seed = out_seed.data();
    delay.in_adjoint = in_adjoint.data();
    delay.weight_adjoints = weight_adjoints.data();
    common().delay_adjoint(delay);
    gather(in_adjoint, steps, runoff_adjoint);
    kernels::AlignedVector<T> sums(parameters_.size());
    run(routing_.table().ordinates_adjoint, weight_adjoints, sums);
    gather(sums, routing_.parameters().size(), parameter_adjoints);
  }

 private:
  static const kernels::CommonFunctions<T>& common() { return kernels::common_kernels(kernels::Backend::kBest).functions<T>(); }

  kernels::AlignedVector<T> spread(const T* from, std::size_t rows) const {
    kernels::AlignedVector<T> to(rows * kWidth, T(0));
    for (std::size_t r = 0; r < rows; ++r) std::copy_n(from + r * all_ + first_, count_, to.data() + r * kWidth);
    return to;
  }
  void gather(const kernels::AlignedVector<T>& from, std::size_t rows, T* to) const {
    for (std::size_t r = 0; r < rows; ++r) std::copy_n(from.data() + r * kWidth, count_, to + r * all_ + first_);
  }

  kernels::DelayCall<T> call(std::size_t steps, T* out) const {
    return {.steps = static_cast<std::int64_t>(steps),
            .lanes = kernels::kBlockLanes,
            .length = static_cast<std::int64_t>(routing_.length()),
            .stride = kernels::kBlockLanes,
            .weights = weights_.data(),
            .in = in_.data() + (routing_.length() - 1) * kWidth,
            .out = out,
            .out_seed = nullptr,
            .out_seed_stride = kernels::kBlockLanes,
            .in_adjoint = nullptr,
            .weight_adjoints = nullptr};
  }

  /// Runs a program on the parameters, dt and the rows of `more`.
  void run(const kernels::ProgramTable& program, const kernels::AlignedVector<T>& more,
           kernels::AlignedVector<T>& results) const {
    std::vector<const T*> inputs;
    const auto add = [&](const kernels::AlignedVector<T>& rows) {
      for (std::size_t k = 0; k < rows.size(); k += kWidth) inputs.push_back(rows.data() + k);
    };
    add(parameters_);
    add(dt_);
    add(more);
    std::vector<T*> outputs;
    for (std::size_t k = 0; k < results.size(); k += kWidth) outputs.push_back(results.data() + k);
    kernels::run_program<T>(program, kWidth, inputs, outputs);
  }

  const kernels::Routing& routing_;
  std::size_t first_, count_, all_;
  kernels::AlignedVector<T> dt_, parameters_, weights_, in_;
};

/// Runoff on its way through a unit hydrograph and back.
class Run : public torch::CustomClassHolder {
 public:
  virtual Tensor forward(const Tensor& runoff, const Tensor& parameters, const Tensor& history) = 0;
  virtual std::pair<Tensor, Tensor> backward(const Tensor& seed) = 0;
};

template <class T>
class RunOf final : public Run {
 public:
  RunOf(const kernels::Routing& routing, std::size_t lanes, double dt, std::size_t threads)
      : routing_(routing), lanes_(lanes), threads_(threads) {
    for (std::size_t first = 0; first < lanes; first += kWidth) {
      blocks_.emplace_back(routing, first, std::min(kWidth, lanes - first), lanes, dt);
    }
  }

  Tensor forward(const Tensor& runoff, const Tensor& parameters, const Tensor& history) override {
    const Tensor dense = runoff.contiguous(), rows = parameters.t().contiguous(), before = history.contiguous();
    const Tensor discharge = torch::empty_like(dense);
    const T* past = history.numel() == 0 ? nullptr : before.const_data_ptr<T>();
    const auto steps = static_cast<std::size_t>(runoff.size(0));
    T* to = discharge.mutable_data_ptr<T>();
    parallel_for(blocks_.size(), threads_, [&](std::size_t b) {
      blocks_[b].forward(rows.const_data_ptr<T>(), past, dense.const_data_ptr<T>(), steps, to);
    });
    return discharge;
  }

  std::pair<Tensor, Tensor> backward(const Tensor& seed) override {
    const Tensor dense = seed.contiguous(), runoff = torch::empty_like(dense);
    const Tensor rows = torch::empty({static_cast<std::int64_t>(routing_.parameters().size()), static_cast<std::int64_t>(lanes_)},
                                     dense.options());
    const auto steps = static_cast<std::size_t>(seed.size(0));
    T *to_runoff = runoff.mutable_data_ptr<T>(), *to_rows = rows.mutable_data_ptr<T>();
    parallel_for(blocks_.size(), threads_,
                 [&](std::size_t b) { blocks_[b].adjoint(dense.const_data_ptr<T>(), steps, to_runoff, to_rows); });
    return {runoff, rows.t().contiguous()};
  }

 private:
  const kernels::Routing& routing_;
  std::size_t lanes_, threads_;
  std::vector<RoutingBlock<T>> blocks_;
};

class RoutingFunction : public torch::autograd::Function<RoutingFunction> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& runoff, const Tensor& parameters, const Tensor& history,
                        const c10::intrusive_ptr<Run>& run) {
    context->saved_data["run"] = torch::IValue::make_capsule(run);
    return run->forward(runoff, parameters, history);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    // As in the process layer: what has no graph of its own must not pass for a constant.
    if (torch::GradMode::is_enabled()) throw InternalError("routing has no gradient of a gradient");
    const auto run = c10::static_intrusive_pointer_cast<Run>(context->saved_data["run"].toCapsule());
    auto [runoff, parameters] = run->backward(gradients[0]);
    return {runoff, parameters, Tensor(), Tensor()};
  }
};

}  // namespace

RoutedRunoff route_runoff(const kernels::Routing& routing, const Tensor& runoff, const Tensor& parameters, const Tensor& history,
                          double dt, std::size_t threads) {
  const torch::ScalarType type = runoff.scalar_type();
  const auto count = static_cast<std::int64_t>(routing.parameters().size()),
             lead = static_cast<std::int64_t>(routing.length()) - 1;
  const bool fits =
      runoff.dim() == 2 && (type == torch::kFloat32 || type == torch::kFloat64) && runoff.device().is_cpu() &&
      parameters.sizes() == at::IntArrayRef({runoff.size(1), count}) && parameters.scalar_type() == type &&
      (!history.defined() || (history.sizes() == at::IntArrayRef({lead, runoff.size(1)}) && history.scalar_type() == type));
  if (!fits) throw InternalError("the tensors of route_runoff do not fit together");
  const auto lanes = static_cast<std::size_t>(runoff.size(1));
  const c10::intrusive_ptr<Run> run =
      type == torch::kFloat64 ? c10::intrusive_ptr<Run>(c10::make_intrusive<RunOf<double>>(routing, lanes, dt, threads))
                              : c10::intrusive_ptr<Run>(c10::make_intrusive<RunOf<float>>(routing, lanes, dt, threads));
  const Tensor before = history.defined() ? history.detach() : torch::zeros({lead, runoff.size(1)}, type);
  RoutedRunoff out;
  out.discharge = RoutingFunction::apply(runoff, parameters, before, run);
  out.history = torch::cat({before, runoff.detach()}).slice(0, runoff.size(0)).contiguous();
  return out;
}

}  // namespace freshet
