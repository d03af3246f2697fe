#include <stdexcept>

#include "freshet/data/options.hpp"
#include "target.hpp"

namespace freshet::fuzz {

std::vector<std::string> seeds() {
  return {
      "dataset: camels_us\ndata_dir: /data\nforcings: [daymet, nldas]\ndynamic_inputs: [a, b]\ntrain_start_date: 1999-10-01\n"
      "train_end_date: [2000-09-30, 01/10/2005]\nseq_length: 365\npredict_last_n: 1\nnan_handling_method: drop_window\n",
      "dataset: generic\ncache_dir: ${HOME}/cache\nseq_length: 1e3\ntarget_variables:\n  - q\n  - \"p q\"\n"};
}

void attack(std::string_view input) {
  ConfigSource source = ConfigSource::from_text(std::string(input), "input.yml");
  DataOptions options;
  std::vector<Problem> problems;
  source.read(data_fields(), options, problems);
  source.report_unknown_keys(problems);
  if (problems.empty()) check_data_options(options, source, problems);
  for (const Problem& problem : problems) static_cast<void>(to_string(problem));
  if (!problems.empty()) return;

  YAML::Node written(YAML::NodeType::Map);
  write_fields(data_fields(), options, written);
  ConfigSource again = ConfigSource::from_text(YAML::Dump(written), "again.yml");
  DataOptions read_back;
  again.read(data_fields(), read_back, problems);
  if (!problems.empty()) throw std::logic_error("a resolved configuration does not read back: " + to_string(problems.front()));
}

}  // namespace freshet::fuzz
