#include "freshet/cli/split_option.hpp"

namespace freshet::cli {

void add_split(CLI::App& verb, Split& split) {
  const auto read = [&split](const std::string& name) {
    split = name == "train" ? Split::kTrain : name == "validation" ? Split::kValidation : Split::kTest;
  };
  verb.add_option_function<std::string>("--split", read, "Period and basins to score: train, validation or test")
      ->check(CLI::IsMember({"train", "validation", "test"}))
      ->default_str("test");
}

}  // namespace freshet::cli
