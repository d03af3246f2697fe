#include "freshet/workflow/learned_parameters.hpp"

#include "freshet/io/csv.hpp"
#include "freshet/io/number_text.hpp"
#include "freshet/models/model.hpp"

namespace freshet {

void write_learned_parameters(const std::filesystem::path& file, const Model& model, const PreparedData& data) {
  std::vector<std::string> header = model.process_parameter_names();
  if (header.empty()) return;
  const torch::NoGradGuard no_grad;
  ModelInput input{.dynamic = {}, .statics = torch::empty({std::ssize(data.basins), data.statics}), .forcing = {}, .sets = {}};
  for (std::size_t b = 0; b < data.basins.size(); ++b) {
    std::ranges::copy(data.basins[b].statics, input.statics.data_ptr<float>() + static_cast<std::int64_t>(b) * data.statics);
    input.sets.push_back(data.basins[b].set);
  }
  const torch::Tensor values = model.process_parameters(input).to(torch::kFloat64).contiguous();
  std::vector<std::vector<std::string>> rows;
  for (std::size_t b = 0; b < data.basins.size(); ++b) {
    rows.push_back({data.basins[b].id});
    for (std::int64_t p = 0; p < values.size(1); ++p)
      rows.back().push_back(number_text(values[static_cast<std::int64_t>(b)][p].item<double>()));
  }
  header.insert(header.begin(), "basin");
  write_csv(file, header, rows);
}

}  // namespace freshet
