#pragma once
#include <cstddef>
#include <memory>

#include "aligned_memory.h"

namespace wordmill {

/**
 * Memory that JavaScript and training threads own together: it goes when both have let go of it. (When a Node
 * environment ends, it frees its buffers before it runs the hook in which an addon could stop its threads.)
 *
 * @throws Failure `outOfMemory`.
 */
std::shared_ptr<AlignedMemory> allocateShared(size_t bytes, const char* purpose);

/** The memory that starts at an address, if `allocateShared` made it and it is still there; else null. */
std::shared_ptr<AlignedMemory> sharedMemoryAt(const void* address);

}  // namespace wordmill
