using System.Collections.Immutable;
using System.Text;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Reporting.Benchmarking;
using VampNet.TestSupport;

namespace VampNet.Reporting.Tests.Benchmarking;

public sealed class OperatorProfileTests
{
    [Fact]
    public void Measure_AGraph_AddsUpEachOperatorOfAPass()
    {
        string path = Golden.Path("foreign/coarse_torch_export.onnx");
        ModelSample sample = new("zeros", [new ModelInput("latents", new float[32 * 9], [1, 32, 9])]);

        ImmutableArray<OperatorTime> operators = OperatorProfile.Measure(path, sample, threads: 1, SessionProvider.Processor);

        Assert.Contains(operators, each => each is { Operator: "MatMul", Nodes: >= 6, Provider: "CPUExecutionProvider" });
        Assert.All(operators, each => Assert.True(each.Milliseconds >= 0));
        Assert.Equal(operators.Select(each => each.Milliseconds).OrderDescending(), operators.Select(each => each.Milliseconds));
    }

    [Fact]
    public void Parse_AProfile_LeavesOutTheFirstPassAndWhatIsNoKernel()
    {
        const string Profile = """
            [
              {"cat":"Session","name":"model_loading_from_saved_model","ts":1,"dur":50,"args":{}},
              {"cat":"Node","name":"a_kernel_time","ts":11,"dur":9000,"args":{"op_name":"MatMul"}},
              {"cat":"Session","name":"model_run","ts":10,"dur":9100,"args":{}},
              {"cat":"Node","name":"a_kernel_time","ts":20001,"dur":1000,"args":{"op_name":"MatMul","provider":"CUDAExecutionProvider"}},
              {"cat":"Node","name":"b_kernel_time","ts":21001,"dur":3000,"args":{"op_name":"MatMul","provider":"CUDAExecutionProvider"}},
              {"cat":"Node","name":"c_kernel_time","ts":24001,"dur":500,"args":{"op_name":"Add","provider":"CPUExecutionProvider"}},
              {"cat":"Node","name":"d_kernel_time","ts":24501,"dur":300,"args":{"op_name":"Add","provider":"CUDAExecutionProvider"}},
              {"cat":"Node","name":"c_fence_before","ts":24000,"dur":1,"args":{"op_name":"Add"}},
              {"cat":"Session","name":"model_run","ts":20000,"dur":4600,"args":{}}
            ]
            """;

        Assert.Equal(
            [
                new("MatMul", 2, 4, "CUDAExecutionProvider"),
                new("Add", 1, 0.5, "CPUExecutionProvider"),
                new("Add", 1, 0.3, "CUDAExecutionProvider"),
            ],
            OperatorProfile.Parse(Encoding.UTF8.GetBytes(Profile))
        );
    }

    [Fact]
    public void Parse_OnePassAlone_SaysNothing() =>
        Assert.Empty(OperatorProfile.Parse("""[{"cat":"Session","name":"model_run","ts":1,"dur":2,"args":{}}]"""u8.ToArray()));
}
