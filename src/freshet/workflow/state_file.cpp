#include "freshet/workflow/state_file.hpp"

#include <cstring>

#include <xxhash.h>
#include <nlohmann/json.hpp>

#include "freshet/core/error.hpp"
#include "freshet/models/weights.hpp"

namespace freshet {
namespace {

constexpr const char* kFormat = "states-1";

RawTensor rows(const std::vector<const std::vector<float>*>& values) {
  const std::size_t width = values.empty() ? 0 : values.front()->size();
  RawTensor tensor{
      .dtype = "F32", .shape = {static_cast<std::int64_t>(values.size()), static_cast<std::int64_t>(width)}, .bytes = {}};
  tensor.bytes.resize(values.size() * width * sizeof(float));
  for (std::size_t i = 0; i < values.size(); ++i)
    std::memcpy(tensor.bytes.data() + i * width * sizeof(float), values[i]->data(), width * sizeof(float));
  return tensor;
}

std::vector<float> row(const RawTensor& tensor, std::size_t index) {
  const auto width = static_cast<std::size_t>(tensor.shape.at(1));
  std::vector<float> values(width);
  std::memcpy(values.data(), tensor.bytes.data() + index * width * sizeof(float), width * sizeof(float));
  return values;
}

}  // namespace

void write_states(const std::filesystem::path& path, const std::map<std::string, ResumePoint>& states,
                  const std::string& model_hash) {
  nlohmann::json basins = nlohmann::json::array(), next = nlohmann::json::array();
  std::vector<const std::vector<float>*> hidden, cell;
  for (const auto& [basin, point] : states) {
    basins.push_back(basin);
    next.push_back(to_string(point.next));
    hidden.push_back(&point.state.hidden);
    cell.push_back(&point.state.cell);
  }
  TensorFile file{
      .tensors = {{"hidden", rows(hidden)}, {"cell", rows(cell)}},
      .metadata = {{"freshet.format", kFormat}, {"basins", basins.dump()}, {"next", next.dump()}, {"model_hash", model_hash}}};
  write_tensor_file(path, file);
}

std::map<std::string, ResumePoint> read_states(const std::filesystem::path& path, const std::string& model_hash) {
  const TensorFile file = read_tensor_file(path);
  const auto text = [&file](const std::string& key) {
    return file.metadata.contains(key) ? file.metadata.at(key) : std::string();
  };
  if (text("freshet.format") != kFormat || !file.tensors.contains("hidden") || !file.tensors.contains("cell")) {
    throw InputError(
        {.what = "not a state file", .file = path.string(), .expected = "a file that `freshet predict --state-out` wrote"});
  }
  if (text("model_hash") != model_hash) {
    throw InputError({.what = "the states were written by another model",
                      .file = path.string(),
                      .expected = "model " + model_hash,
                      .got = text("model_hash"),
                      .hint = "A state only means something to the weights that made it."});
  }
  const InputError damaged({.what = "the state file is damaged", .file = path.string()});
  try {
    const auto basins = nlohmann::json::parse(text("basins")).get<std::vector<std::string>>();
    const auto next = nlohmann::json::parse(text("next")).get<std::vector<std::string>>();
    const auto count = static_cast<std::int64_t>(basins.size());
    for (const char* name : {"hidden", "cell"}) {
      const RawTensor& tensor = file.tensors.at(name);
      if (tensor.dtype != "F32" || tensor.shape.size() != 2 || tensor.shape[0] != count || std::ssize(next) != count)
        throw damaged;
    }
    std::map<std::string, ResumePoint> states;
    for (std::size_t i = 0; i < basins.size(); ++i) {
      const auto time = parse_time(next[i]);
      if (!time) throw damaged;
      states[basins[i]] = {{row(file.tensors.at("hidden"), i), row(file.tensors.at("cell"), i)}, *time};
    }
    return states;
  } catch (const nlohmann::json::exception&) {
    throw damaged;
  }
}

std::string hash_weights(Model& model) {
  std::uint64_t hash = 0;
  for (const auto& item : model.named_parameters()) {
    const RawTensor raw = to_raw(item.value());
    hash = XXH3_64bits_withSeed(raw.bytes.data(), raw.bytes.size(), hash + XXH3_64bits(item.key().data(), item.key().size()));
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace freshet
