#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/cli/context.hpp"
#include "freshet/config/explain.hpp"
#include "freshet/workflow/calibration_config.hpp"
#include "freshet/workflow/list.hpp"
#include "freshet/workflow/run_config.hpp"

namespace freshet::cli {
namespace {

std::string explain_key(const std::string& key) {
  std::vector<std::string> known;
  std::vector<FieldInfo> infos = all_field_infos();
  for (FieldInfo& info : calibration_field_infos()) infos.push_back(std::move(info));
  for (const FieldInfo& info : infos) {
    if (info.key == key || std::ranges::find(info.aliases, key) != info.aliases.end()) return explain_field(info);
    known.push_back(info.key);
  }
  const auto near = nearest(key, known);
  throw InputError({.what = fmt::format("`{}` is not a known key", key),
                    .hint = near ? fmt::format("Did you mean `{}`?", *near) : "`freshet config explain` lists all."});
}

}  // namespace

void add_config(CLI::App& app, Context&) {
  struct Arguments {
    std::string key, of = "train";
    bool markdown = false, schema = false;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* config = app.add_subcommand("config", "Explain configuration keys");
  config->require_subcommand(1);
  CLI::App* verb =
      config->add_subcommand("explain", "Print meaning, type, default and range of a key, or one line for every key");
  verb->add_option("key", args->key, "Key; default: all");
  verb->add_option("--of", args->of, "Whose configuration: train or calibrate")
      ->check(CLI::IsMember({"train", "calibrate"}))
      ->default_str("train");
  verb->add_flag("--markdown", args->markdown, "Print all as a Markdown page");
  verb->add_flag("--json-schema", args->schema, "Print a JSON schema, for editors");
  verb->callback([args] {
    const std::vector<FieldInfo> infos = args->of == "calibrate" ? calibration_field_infos() : all_field_infos();
    if (args->markdown) {
      fmt::print("{}", fields_markdown(infos));
    } else if (args->schema) {
      fmt::print("{}", fields_json_schema(infos));
    } else if (!args->key.empty()) {
      fmt::print("{}", explain_key(args->key));
    } else {
      fmt::print("{}", list_fields(infos));
    }
  });
}

void add_list(CLI::App& app, Context&) {
  struct Arguments {
    ListRequest request;
    std::string plugin;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand("list", "List what is built in");
  verb->add_option("kind", args->request.kind, "datasets, models, losses, metrics, routings or pet")->required();
  verb->add_option("name", args->request.name, "One model or routing; default: all");
  verb->add_flag("--verbose", args->request.verbose,
                 "Tables of process models and routings: parameters with units and ranges, states, fluxes, settings");
  verb->add_option("--plugin", args->plugin, "Plug-in whose model is listed too");
  verb->callback([args] {
    args->request.plugin = args->plugin;
    fmt::print("{}", list_registered(args->request));
  });
}

}  // namespace freshet::cli
