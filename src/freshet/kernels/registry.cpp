#include "freshet/kernels/registry.hpp"

#include <dlfcn.h>

#include <memory>
#include <mutex>
#include <span>
#include <string>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/kernels/plugin_file.hpp"

namespace freshet::generated {
std::vector<const kernels::ModelTable*> model_tables();
std::span<const kernels::RoutingTable> routing_tables();
}  // namespace freshet::generated

namespace freshet::kernels {
namespace {

struct Registry {
  std::mutex mutex;
  std::vector<std::unique_ptr<Model>> models;
  std::vector<std::unique_ptr<Routing>> routings;

  Registry() {
    for (const ModelTable* table : generated::model_tables()) models.push_back(std::make_unique<Model>(*table));
    for (const RoutingTable& table : generated::routing_tables()) routings.push_back(std::make_unique<Routing>(table));
  }
};

Registry& registry() {
  static Registry instance;
  return instance;
}

template <class Item>
const Item& find(const std::vector<const Item*>& items, std::string_view what, std::string_view name) {
  std::vector<std::string> names;
  for (const Item* item : items) {
    if (item->name() == name) return *item;
    names.emplace_back(item->name());
  }
  const auto near = nearest(name, names);
  throw InputError({.what = fmt::format("there is no {} `{}`", what, name),
                    .expected = fmt::format("one of {}", fmt::join(names, ", ")),
                    .hint = near ? fmt::format("Did you mean `{}`?", *near) : std::string()});
}

}  // namespace

std::vector<const Model*> models() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  std::vector<const Model*> result;
  for (const auto& model : all.models) result.push_back(model.get());
  return result;
}

std::vector<const Routing*> routings() {
  std::vector<const Routing*> result;
  for (const auto& routing : registry().routings) result.push_back(routing.get());
  return result;
}

const Model& find_model(std::string_view name) {
  return find(models(), "process model", name);
}

const Routing& find_routing(std::string_view name) {
  return find(routings(), "routing", name);
}

const Model& load_plugin(const std::filesystem::path& path) {
  Problem problem{.file = path.string()};
  const auto fail = [&](std::string what, std::string hint) {
    problem.what = std::move(what);
    problem.hint = std::move(hint);
    return InputError(problem);
  };
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) throw fail("there is no such plug-in", "");
  if (std::string fault = library_fault(path); !fault.empty()) {
    throw fail("the plug-in cannot be loaded: " + fault, "Build it anew with freshet_add_model.");
  }
  std::unique_ptr<void, int (*)(void*)> library(dlopen(std::filesystem::absolute(path).c_str(), RTLD_NOW | RTLD_LOCAL), dlclose);
  if (library == nullptr) {
    throw fail(fmt::format("the plug-in cannot be loaded: {}", dlerror()), "Build it for this machine with freshet_add_model.");
  }
  using Entry = const ModelTable* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library.get(), "freshet_model"));
  if (entry == nullptr) throw fail("the library is no Freshet plug-in", "Build it with freshet_add_model.");
  const ModelTable& table = *entry();
  if (table.version != kTableVersion) {
    problem.expected = fmt::format("table version {}", kTableVersion);
    problem.got = std::to_string(table.version);
    throw fail("the plug-in was built for another version of Freshet", "Build it again with this version.");
  }
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  for (const auto& known : all.models) {
    if (&known->table() == &table) return *known;
    if (known->name() == table.name) {
      throw fail(fmt::format("a model called `{}` is there already", table.name), "Give the plug-in's model another name.");
    }
  }
  all.models.push_back(std::make_unique<Model>(table));
  static_cast<void>(library.release());  // stays loaded
  return *all.models.back();
}

}  // namespace freshet::kernels
