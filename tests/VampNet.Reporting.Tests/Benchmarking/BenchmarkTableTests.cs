using VampNet.Reporting.Benchmarking;

namespace VampNet.Reporting.Tests.Benchmarking;

public sealed class BenchmarkTableTests
{
    [Fact]
    public void ProviderRows_NodesOnTwoProviders_AreCountedApartWithTheirCopies()
    {
        GraphTimes graph = new(
            "demo",
            "coarse.onnx",
            1,
            [],
            [
                new OperatorTime("MatMul", 30, 4, "CUDAExecutionProvider"),
                new OperatorTime("DynamicQuantizeMatMul", 2, 1, "CPUExecutionProvider"),
                new OperatorTime("MemcpyToHost", 3, 0.25, "CUDAExecutionProvider"),
                new OperatorTime("MemcpyFromHost", 4, 0.25, "CUDAExecutionProvider"),
            ]
        );
        BenchmarkReport report = new([graph], [], [], 1, null, 2);

        Assert.Equal(
            [
                ["coarse.onnx", "demo", "CUDA", "37", "4.50", "7", "MatMul 30, MemcpyToHost 3, MemcpyFromHost 4"],
                ["coarse.onnx", "demo", "CPU", "2", "1.00", "0", "DynamicQuantizeMatMul 2"],
            ],
            BenchmarkTable.ProviderRows(report)
        );
    }
}
