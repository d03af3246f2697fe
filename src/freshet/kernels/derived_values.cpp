#include "freshet/kernels/derived_values.hpp"

#include "freshet/kernels/interpreter.hpp"

namespace freshet::kernels {
namespace {

template <class T>
std::vector<const T*> rows_of(std::span<const T> values, std::size_t rows, std::size_t lanes) {
  std::vector<const T*> result;
  for (std::size_t i = 0; i < rows; ++i) result.push_back(values.data() + i * lanes);
  return result;
}

template <class T>
std::vector<T*> rows_of(std::vector<T>& values, std::size_t lanes) {
  std::vector<T*> result;
  for (std::size_t at = 0; at < values.size(); at += lanes) result.push_back(values.data() + at);
  return result;
}

/// Runs a program of parameters and dt.
template <class T>
std::vector<T> run_with_dt(const ProgramTable& program, std::vector<const T*> inputs, std::size_t lanes, double dt) {
  const std::vector<T> dt_row(lanes, static_cast<T>(dt));
  inputs.push_back(dt_row.data());
  std::vector<T> values(static_cast<std::size_t>(program.output_count) * lanes);
  run_program<T>(program, lanes, inputs, rows_of(values, lanes));
  return values;
}

}  // namespace

template <class T>
std::vector<T> own_initial_states(const Model& model, std::span<const T> parameters, std::size_t lanes) {
  const std::vector<const T*> inputs = rows_of(parameters, model.parameters().size(), lanes);
  std::vector<T> states;
  for (std::size_t s = 0; s < model.stage_count(); ++s) {
    std::vector<T> own(static_cast<std::size_t>(model.stage(s).counts.states) * lanes);
    run_program<T>(model.stage(s).initial, lanes, inputs, rows_of(own, lanes));
    states.insert(states.end(), own.begin(), own.end());
  }
  return states;
}

template <class T>
std::vector<T> delay_ordinates(const Model& model, std::size_t delay, std::span<const T> parameters, std::size_t lanes,
                               double dt) {
  const std::vector<T> derived =
      run_with_dt<T>(model.table().prepare, rows_of(parameters, model.parameters().size(), lanes), lanes, dt);
  const DelayRow& row = model.table().delays[delay];
  const auto first = derived.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(row.first) * lanes);
  return {first, first + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(row.length) * lanes)};
}

template <class T>
std::vector<T> routing_ordinates(const Routing& routing, std::span<const T> parameters, std::size_t lanes, double dt) {
  return run_with_dt<T>(routing.table().ordinates, rows_of(parameters, routing.parameters().size(), lanes), lanes, dt);
}

template std::vector<float> own_initial_states(const Model&, std::span<const float>, std::size_t);
template std::vector<double> own_initial_states(const Model&, std::span<const double>, std::size_t);
template std::vector<float> delay_ordinates(const Model&, std::size_t, std::span<const float>, std::size_t, double);
template std::vector<double> delay_ordinates(const Model&, std::size_t, std::span<const double>, std::size_t, double);
template std::vector<float> routing_ordinates(const Routing&, std::span<const float>, std::size_t, double);
template std::vector<double> routing_ordinates(const Routing&, std::span<const double>, std::size_t, double);

}  // namespace freshet::kernels
