#pragma once

#include <filesystem>
#include <string>

namespace freshet {

struct ListRequest {
  std::string kind;              ///< datasets, models, losses, metrics, routings or pet
  std::string name;              ///< of one model or routing; empty: all
  bool verbose = false;          ///< tables of process models and routings
  std::filesystem::path plugin;  ///< listed with the models; empty: none
};

/// The registered things of a kind, a line each, or their tables. InputError for another kind or name.
std::string list_registered(const ListRequest& request);

}  // namespace freshet
