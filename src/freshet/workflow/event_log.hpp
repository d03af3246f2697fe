#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "freshet/core/events.hpp"

namespace freshet {

/// One event as a JSON object on one line, with the UTC time it happened.
std::string to_json_line(const Event& event);

/// Appends every event but single steps and progress counts to a JSON-lines file.
class EventLog : public Observer {
 public:
  /// `keep_bytes`: what of an existing file stays; the rest came after the checkpoint a run goes on from.
  explicit EventLog(const std::filesystem::path& path, std::uint64_t keep_bytes = 0);
  void on(const Event& event) override;
  /// Bytes written so far.
  std::uint64_t size();

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace freshet
