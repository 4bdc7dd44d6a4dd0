# The native engine. The kernels have one source and are compiled once for each instruction set, each as a library of
# its own, since compiler flags hold for a whole library; which of them runs is chosen at run time.
{
  'variables': {
    'kernel_flags': ['-O3', '-ffp-contract=fast', '-fno-exceptions', '-fno-rtti', '-fno-tree-vectorize', '-fno-tree-slp-vectorize'],
  },
  'target_defaults': {
    'cflags_cc': ['-O3', '-Wall', '-Wextra', '-fvisibility=hidden'],
    'xcode_settings': {
      'GCC_OPTIMIZATION_LEVEL': '3',
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
      'MACOSX_DEPLOYMENT_TARGET': '11.0',
    },
  },
  'targets': [
    {
      'target_name': 'kernel_portable',
      'type': 'static_library',
      'sources': ['src/native/kernel_portable.cc', 'src/native/glove_kernel_portable.cc', 'src/native/search_kernel_portable.cc'],
      'cflags_cc': ['<@(kernel_flags)'],
      'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(kernel_flags)'] },
    },
    {
      'target_name': 'wordmill',
      # An environment that is being ended takes no exceptions; without this, one thrown then ends the whole process.
      'defines': ['NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'],
      # Outside kernels sums are the same to the last bit on every machine, and in JavaScript, which rounds every product.
      'cflags_cc': ['-ffp-contract=off'],
      'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['-ffp-contract=off'] },
      'sources': [
        'src/native/addon.cc',
        'src/native/arguments.cc',
        'src/native/cell_file.cc',
        'src/native/cell_sinks.cc',
        'src/native/cell_tiles.cc',
        'src/native/cooccurrence.cc',
        'src/native/counting.cc',
        'src/native/file_map.cc',
        'src/native/glove_jobs.cc',
        'src/native/glove_trainer.cc',
        'src/native/instruction_sets.cc',
        'src/native/jobs.cc',
        'src/native/large_memory.cc',
        'src/native/long_work.cc',
        'src/native/map_descent.cc',
        'src/native/mapped_file.cc',
        'src/native/neighbours.cc',
        'src/native/number_reader.cc',
        'src/native/number_writer.cc',
        'src/native/ordered_file.cc',
        'src/native/pair_data.cc',
        'src/native/projection_jobs.cc',
        'src/native/quadtree.cc',
        'src/native/rounds.cc',
        'src/native/row_arguments.cc',
        'src/native/row_merge.cc',
        'src/native/row_text.cc',
        'src/native/row_text_calls.cc',
        'src/native/search.cc',
        'src/native/search_calls.cc',
        'src/native/splitting.cc',
        'src/native/spool_reader.cc',
        'src/native/subwords.cc',
        'src/native/text_data.cc',
        'src/native/text_masks.cc',
        'src/native/text_splitter.cc',
        'src/native/threads.cc',
        'src/native/token_merge.cc',
        'src/native/token_segment.cc',
        'src/native/trace.cc',
        'src/native/trainer.cc',
        'src/native/training.cc',
        'src/native/word_counter.cc',
        'src/native/word_table.cc',
      ],
      'dependencies': [
        "<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except",
        'kernel_portable',
      ],
      'conditions': [
        ["target_arch=='x64'", { 'dependencies': ['kernel_avx512', 'kernel_avx2'] }],
        ["target_arch=='arm64'", { 'dependencies': ['kernel_neon'] }],
      ],
    },
  ],
  'conditions': [
    ["target_arch=='x64'", {
      'targets': [
        {
          'target_name': 'kernel_avx512',
          'type': 'static_library',
          'variables': { 'set_flags': ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mfma'] },
          'sources': ['src/native/kernel_avx512.cc', 'src/native/glove_kernel_avx512.cc', 'src/native/search_kernel_avx512.cc'],
          'cflags_cc': ['<@(kernel_flags)', '<@(set_flags)'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(kernel_flags)', '<@(set_flags)'] },
        },
        {
          'target_name': 'kernel_avx2',
          'type': 'static_library',
          'variables': { 'set_flags': ['-mavx2', '-mfma'] },
          'sources': ['src/native/kernel_avx2.cc', 'src/native/glove_kernel_avx2.cc', 'src/native/search_kernel_avx2.cc'],
          'cflags_cc': ['<@(kernel_flags)', '<@(set_flags)'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(kernel_flags)', '<@(set_flags)'] },
        },
      ],
    }],
    ["target_arch=='arm64'", {
      'targets': [
        {
          'target_name': 'kernel_neon',
          'type': 'static_library',
          'sources': ['src/native/kernel_neon.cc', 'src/native/glove_kernel_neon.cc', 'src/native/search_kernel_neon.cc'],
          'cflags_cc': ['<@(kernel_flags)'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(kernel_flags)'] },
        },
      ],
    }],
  ],
}
