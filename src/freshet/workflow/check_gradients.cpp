#include "freshet/workflow/check_gradients.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/models/process/gradient_check.hpp"
#include "freshet/workflow/process_model.hpp"

namespace freshet {
namespace {

using witness::Distance;
using witness::GradientCheckRow;

/// What could not be tested does not pass.
const char* verdict(const GradientCheckRow& row) {
  if (row.pass()) return "PASS";
  const bool disagrees = !row.dual.pass || !row.torch.pass || !row.differences.pass || !row.finite;
  return !disagrees && !row.tested() ? "NOT TESTED" : "FAIL";
}

std::string cell(const Distance& distance) {
  return distance.compared == 0 ? "-" : fmt::format("{:.1e}{}", distance.largest, distance.pass ? "" : " !");
}

/// What a reader cannot see in the table: where a witness disagrees, and what stands still.
std::vector<std::string> remarks(const GradientCheckRow& row) {
  std::vector<std::string> all;
  const auto disagrees = [&](const Distance& distance, const char* witness) {
    if (!distance.pass) {
      all.push_back(fmt::format("{}: {} differ by {:.1e} for `{}`", row.kind, witness, distance.largest, distance.input));
    }
  };
  disagrees(row.dual, "dual numbers");
  disagrees(row.torch, "LibTorch's derivatives");
  disagrees(row.differences, "central differences");
  if (!row.finite) all.push_back(fmt::format("{}: some derivatives are infinite or no numbers", row.kind));
  if (!row.tested()) {
    all.push_back(
        fmt::format("{}: not tested: a kink lies beside every point, so that no difference could be compared; try "
                    "another --seed or fewer --steps",
                    row.kind));
  }
  const auto list = [&](const std::vector<std::string>& names, const char* what) {
    if (!names.empty()) all.push_back(fmt::format("{}: zero everywhere: {}; {}", row.kind, fmt::join(names, ", "), what));
  };
  list(row.jumps, "they move values only across a jump or a kink");
  list(row.idle, "they move no value here; try more --steps");
  return all;
}

}  // namespace

CheckGradientsResult check_gradients(const CheckGradientsRequest& request) {
  const kernels::Model& model = open_process_model(request.model, request.plugin);
  witness::GradientCheckOptions options{.steps = static_cast<std::size_t>(request.steps), .seed = request.seed};
  const std::vector<GradientCheckRow> rows = witness::check_gradients(model, options);
  CheckGradientsResult result;
  result.pass = true;
  result.text = fmt::format(
      "Derivatives of {} ({}), {} lanes, {} days, seed {}: largest relative differences to each witness.\n\n"
      "{:<20} {:>6}  {:>12}  {:>12}  {:>12}  {:>8}  {}\n",
      model.name(), model.title(), options.lanes, options.steps, options.seed, "derivatives to", "inputs", "dual numbers",
      "LibTorch", "differences", "smooth", "finite");
  std::vector<std::string> notes;
  for (const GradientCheckRow& row : rows) {
    const std::string smooth = fmt::format("{}/{}", row.differences.compared, row.differences.tried);
    result.text += fmt::format("{:<20} {:>6}  {:>12}  {:>12}  {:>12}  {:>8}  {:<6}  {}\n", row.kind, row.inputs, cell(row.dual),
                               cell(row.torch), cell(row.differences), smooth, row.finite ? "yes" : "no", verdict(row));
    result.pass = result.pass && row.pass();
    for (std::string& remark : remarks(row)) notes.push_back(std::move(remark));
  }
  result.text += '\n';
  for (const std::string& note : notes) result.text += note + '\n';
  result.text += result.pass ? "PASS\n" : "FAIL\n";
  return result;
}

}  // namespace freshet
