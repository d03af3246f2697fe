#include "freshet/models/process/process_layer.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/kernels/simulation.hpp"
#include "freshet/models/neural/single_thread.hpp"

namespace freshet {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

void expect_shape(const char* what, const Tensor& tensor, const std::vector<std::int64_t>& shape, torch::ScalarType type) {
  if (tensor.sizes() == at::IntArrayRef(shape) && tensor.scalar_type() == type && tensor.device().is_cpu()) return;
  throw InternalError(fmt::format("{} of a process layer: expected [{}], got [{}], or another type or device", what,
                                  fmt::join(shape, ", "), fmt::join(tensor.sizes(), ", ")));
}

template <class T>
std::span<const T> values(const Tensor& tensor) {
  return {tensor.const_data_ptr<T>(), static_cast<std::size_t>(tensor.numel())};
}

template <class T, class Values>
Tensor to_tensor(const Values& from, std::vector<std::int64_t> shape) {
  const Tensor tensor = torch::empty(shape, torch::CppTypeToScalarType<T>::value);
  std::copy(from.begin(), from.end(), tensor.template mutable_data_ptr<T>());
  return tensor;
}

/// [row][lane] to [lane, row].
template <class T>
Tensor to_lane_rows(const std::vector<T>& from, std::int64_t lanes) {
  const std::int64_t rows = lanes == 0 ? 0 : static_cast<std::int64_t>(from.size()) / lanes;
  return to_tensor<T>(from, {rows, lanes}).t().contiguous();
}

/// The differentiable inputs, in the order of the autograd node.
enum Place { kForcing, kParameters, kDynamic, kRouting, kInitial, kInputs };
using Inputs = std::array<Tensor, kInputs>;

/// A simulation between its run and its adjoint.
class Run : public torch::CustomClassHolder {
 public:
  struct Result {
    variable_list series;
    Tensor final_states, histories;
  };
  virtual Result forward(const Inputs& inputs, const Tensor& histories) = 0;
  /// @param seeds   [output], undefined where zero
  /// @param wanted  [input]
  virtual variable_list backward(const variable_list& seeds, const Tensor& final_seeds,
                                 const std::array<bool, kInputs>& wanted) = 0;
};

template <class T>
class RunOf final : public Run {
 public:
  RunOf(const ProcessLayerOptions& options, std::int64_t steps, const Tensor& basins, bool keep)
      : options_(options),
        basins_(values<std::int64_t>(basins).begin(), values<std::int64_t>(basins).end()),
        simulation_({.model = options.model,
                     .routing = options.routing,
                     .steps = static_cast<std::size_t>(steps),
                     .dt = options.dt,
                     .substeps_per_day = options.substeps_per_day,
                     .backend = options.backend,
                     .wanted = options.outputs,
                     .keep_every = keep ? std::max<std::size_t>(1, options.keep_every) : 0,
                     .threads = options.threads}) {}

  Result forward(const Inputs& inputs, const Tensor& histories) override {
    make_forcing(inputs[kForcing]);
    const auto rows = [](const Tensor& lane_rows) { return lane_rows.t().contiguous(); };
    const Tensor parameters = rows(inputs[kParameters]), routing = rows(inputs[kRouting]), initial = rows(inputs[kInitial]);
    const Tensor dynamic = inputs[kDynamic].permute({2, 0, 1}).contiguous();
    kernels::LaneInputs<T> lanes{.forcing = forcing_.get(), .basins = basins_, .parameters = values<T>(parameters)};
    lanes.routing_parameters = values<T>(routing);
    lanes.initial_states = values<T>(initial);
    lanes.histories = values<T>(histories);
    const std::size_t size = static_cast<std::size_t>(dynamic.size(1) * dynamic.size(2));
    for (std::size_t i = 0; i < options_.dynamic_parameters.size(); ++i) {
      lanes.dynamic.push_back({options_.dynamic_parameters[i], values<T>(dynamic).subspan(i * size, size)});
    }
    const kernels::SimulationResult<T> result = simulation_.run(lanes);
    Result out;
    for (const auto& series : result.series) out.series.push_back(to_tensor<T>(series, {steps(), lane_count()}));
    out.final_states = to_lane_rows(result.final_states, lane_count());
    out.histories = to_tensor<T>(result.final_histories, {histories_rows(), lane_count()});
    return out;
  }

  variable_list backward(const variable_list& seeds, const Tensor& final_seeds,
                         const std::array<bool, kInputs>& wanted) override {
    std::vector<kernels::Series> seeded;
    std::vector<Tensor> dense;
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      if (!seeds[i].defined()) continue;
      seeded.push_back(options_.outputs[i]);
      dense.push_back(seeds[i].contiguous());
    }
    std::vector<std::span<const T>> rows;
    for (const Tensor& seed : dense) rows.push_back(values<T>(seed));
    const Tensor final_rows = final_seeds.defined() ? final_seeds.t().contiguous() : Tensor();
    const kernels::Gradients<T> gradients =
        simulation_.adjoint(seeded, rows, final_rows.defined() ? values<T>(final_rows) : std::span<const T>(), wanted[kForcing]);
    variable_list out(kInputs);
    if (wanted[kForcing]) out[kForcing] = forcing_gradient(gradients);
    if (wanted[kParameters]) out[kParameters] = to_lane_rows(gradients.parameters, lane_count());
    if (wanted[kRouting]) out[kRouting] = to_lane_rows(gradients.routing_parameters, lane_count());
    if (wanted[kInitial]) out[kInitial] = to_lane_rows(gradients.initial_states, lane_count());
    if (wanted[kDynamic]) {
      variable_list parts;
      for (const auto& series : gradients.dynamic) parts.push_back(to_tensor<T>(series, {steps(), lane_count()}));
      out[kDynamic] = torch::stack(parts, 2);
    }
    return out;
  }

 private:
  std::int64_t steps() const { return static_cast<std::int64_t>(simulation_.options().steps); }
  std::int64_t lane_count() const { return static_cast<std::int64_t>(basins_.size()); }
  std::int64_t histories_rows() const {
    return static_cast<std::int64_t>(kernels::history_rows(*options_.model, options_.routing));
  }

  void make_forcing(const Tensor& forcing) {
    const auto basins = static_cast<std::size_t>(forcing.size(1)), variables = static_cast<std::size_t>(forcing.size(2));
    const Tensor dense = forcing.contiguous();
    const T* from = dense.const_data_ptr<T>();
    forcing_ = std::make_unique<kernels::ForcingTable<T>>(basins, static_cast<std::size_t>(steps()), variables);
    for (std::size_t t = 0; t < forcing_->steps(); ++t) {
      for (std::size_t b = 0; b < basins; ++b) {
        for (std::size_t v = 0; v < variables; ++v) forcing_->at(b, t, v) = *from++;
      }
    }
  }

  /// Sums lanes of a basin in the order of lanes.
  Tensor forcing_gradient(const kernels::Gradients<T>& gradients) const {
    const std::size_t basins = forcing_->basins(), variables = forcing_->variables(), lanes = basins_.size();
    const Tensor sums = torch::zeros({steps(), static_cast<std::int64_t>(basins), static_cast<std::int64_t>(variables)},
                                     torch::CppTypeToScalarType<T>::value);
    T* to = sums.mutable_data_ptr<T>();
    for (std::size_t v = 0; v < variables; ++v) {
      for (std::size_t t = 0; t < forcing_->steps(); ++t) {
        const T* from = gradients.forcings[v].data() + t * lanes;
        for (std::size_t l = 0; l < lanes; ++l)
          to[(t * basins + static_cast<std::size_t>(basins_[l])) * variables + v] += from[l];
      }
    }
    return sums;
  }

  ProcessLayerOptions options_;
  std::vector<std::int32_t> basins_;
  std::unique_ptr<kernels::ForcingTable<T>> forcing_;
  kernels::Simulation<T> simulation_;
};

c10::intrusive_ptr<Run> make_run(const ProcessLayerOptions& options, const Inputs& inputs, const Tensor& basins, bool keep) {
  const std::int64_t steps = inputs[kForcing].size(0);
  if (inputs[kForcing].scalar_type() == torch::kFloat64) return c10::make_intrusive<RunOf<double>>(options, steps, basins, keep);
  return c10::make_intrusive<RunOf<float>>(options, steps, basins, keep);
}

class ProcessFunction : public torch::autograd::Function<ProcessFunction> {
 public:
  static variable_list forward(AutogradContext* context, const Tensor& forcing, const Tensor& parameters, const Tensor& dynamic,
                               const Tensor& routing, const Tensor& initial, const Tensor& histories,
                               const c10::intrusive_ptr<Run>& run) {
    context->set_materialize_grads(false);
    Run::Result result = run->forward({forcing, parameters, dynamic, routing, initial}, histories);
    context->saved_data["run"] = torch::IValue::make_capsule(run);
    variable_list out = std::move(result.series);
    out.push_back(result.final_states);
    out.push_back(result.histories);
    context->mark_non_differentiable({result.histories});
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    // With create_graph the result would have to carry a graph of its own; it does not, and must not pass for a constant.
    if (torch::GradMode::is_enabled()) throw InternalError("a process layer has no gradient of a gradient");
    const SingleThreadScope single_thread;
    const auto run = c10::static_intrusive_pointer_cast<Run>(context->saved_data["run"].toCapsule());
    std::array<bool, kInputs> wanted{};
    for (std::size_t i = 0; i < kInputs; ++i) wanted[i] = context->needs_input_grad(i);
    const std::size_t series = gradients.size() - 2;
    variable_list out =
        run->backward({gradients.begin(), gradients.begin() + static_cast<std::ptrdiff_t>(series)}, gradients[series], wanted);
    out.resize(kInputs + 2);  // histories and the run itself have none
    return out;
  }
};

/// The inputs with empty tensors for undefined ones, checked.
Inputs checked(const ProcessLayerOptions& options, const ProcessInput& input, Tensor& basins, Tensor& histories) {
  const Tensor& forcing = input.forcing;
  const torch::ScalarType type = forcing.scalar_type();
  if (forcing.dim() != 3 || !(type == torch::kFloat32 || type == torch::kFloat64)) {
    throw InternalError("the forcing of a process layer is no [time, basin, forcing] of float32 or float64");
  }
  const auto size = [](const auto& items) { return static_cast<std::int64_t>(items.size()); };
  basins = input.basins.defined() ? input.basins.contiguous() : torch::arange(forcing.size(1), torch::kInt64);
  const std::int64_t steps = forcing.size(0), lanes = basins.numel(), dynamic = size(options.dynamic_parameters);
  const std::int64_t routing = options.routing == nullptr ? 0 : size(options.routing->parameters());
  const std::int64_t states = size(options.model->states());
  const auto given = [&](const Tensor& tensor, std::vector<std::int64_t> shape) {
    return tensor.defined() ? tensor : torch::empty(shape, type);
  };
  histories = given(input.histories, {0, lanes});
  Inputs inputs = {forcing, given(input.parameters, {}), given(input.dynamic, {steps, lanes, 0}),
                   given(input.routing_parameters, {lanes, 0}), given(input.initial_states, {lanes, 0})};
  expect_shape("basins", basins, {lanes}, torch::kInt64);
  expect_shape("forcing", inputs[kForcing], {steps, forcing.size(1), size(options.model->forcings())}, type);
  expect_shape("parameters", inputs[kParameters], {lanes, size(options.model->parameters())}, type);
  expect_shape("dynamic parameters", inputs[kDynamic], {steps, lanes, dynamic}, type);
  expect_shape("routing parameters", inputs[kRouting], {lanes, routing}, type);
  expect_shape("initial states", inputs[kInitial], {lanes, input.initial_states.defined() ? states : 0}, type);
  const auto rows = static_cast<std::int64_t>(kernels::history_rows(*options.model, options.routing));
  expect_shape("histories", histories, {input.histories.defined() ? rows : 0, lanes}, type);
  histories = histories.detach().contiguous();
  return inputs;
}

}  // namespace

ProcessOutput run_process(const ProcessLayerOptions& options, const ProcessInput& input) {
  const SingleThreadScope single_thread;
  Tensor basins, histories;
  const Inputs in = checked(options, input, basins, histories);
  const bool keep = torch::GradMode::is_enabled() &&
                    std::any_of(in.begin(), in.end(), [](const Tensor& tensor) { return tensor.requires_grad(); });
  const c10::intrusive_ptr<Run> run = make_run(options, in, basins, keep);
  if (!keep) {
    Run::Result result = run->forward(in, histories);
    return {std::move(result.series), {result.final_states, result.histories}};
  }
  variable_list out =
      ProcessFunction::apply(in[kForcing], in[kParameters], in[kDynamic], in[kRouting], in[kInitial], histories, run);
  const std::size_t series = out.size() - 2;
  ProcessOutput result{.series = {}, .state = {out[series], out[series + 1]}};
  out.resize(series);
  result.series = std::move(out);
  return result;
}

}  // namespace freshet
