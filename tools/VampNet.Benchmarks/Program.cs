using System.CommandLine;
using VampNet.Benchmarks;

RootCommand root = new("Measures what the toolchain promises. Every figure is printed with what it is compared to, from the same run.")
{
    OpenCheckpointBenchmark.Command(),
    ExportBenchmark.Command(),
    GraphBenchmark.Command(),
    CodecBenchmark.Command(),
    GraphMemory.Command(),
    FusionBenchmark.Command(),
    OptimizeBenchmark.Command(),
    ChainBenchmark.Command(),
    ProjectionBenchmark.Command(),
    LstmBenchmark.Command(),
    QuantizeBenchmark.Command(),
    SchemesBenchmark.Command(),
    SamplingBenchmark.Command(),
    MusicFolderBenchmark.Command(),
    RecordingBenchmark.Command(),
    ForeignGraphTable.Command(),
    TuningBenchmark.Command(),
    StartBenchmark.Command(),
    SessionBenchmark.Command(),
    StepsBenchmark.Command(),
    GrowthBenchmark.Command(),
    PeersBenchmark.Command(),
    LanesBenchmark.Command(),
};
return root.Parse(args).Invoke();
