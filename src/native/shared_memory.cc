#include "shared_memory.h"

#include <map>
#include <mutex>

namespace wordmill {

namespace {

/** What is alive, by address; several threads of Node may use the addon at once. */
struct Registry {
  std::mutex mutex;
  std::map<const void*, std::weak_ptr<AlignedMemory>> blocks;
};

Registry& registry() {
  static Registry* const forever = new Registry;  // Threads may outlast the end of the program's statics.
  return *forever;
}

}  // namespace

std::shared_ptr<AlignedMemory> allocateShared(size_t bytes, const char* purpose) {
  const auto memory = std::make_shared<AlignedMemory>(bytes, purpose);
  Registry& all = registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  for (auto block = all.blocks.begin(); block != all.blocks.end();) {
    block = block->second.expired() ? all.blocks.erase(block) : std::next(block);
  }
  all.blocks[memory->data()] = memory;
  return memory;
}

std::shared_ptr<AlignedMemory> sharedMemoryAt(const void* address) {
  Registry& all = registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  const auto block = all.blocks.find(address);
  return block == all.blocks.end() ? nullptr : block->second.lock();
}

}  // namespace wordmill
