using System.Collections.Immutable;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Models;

public sealed class ProviderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-cuda-");

    [Theory]
    [InlineData("cpu", ExecutionProvider.Cpu, 0)]
    [InlineData("cuda", ExecutionProvider.Cuda, 0)]
    [InlineData("cuda:0", ExecutionProvider.Cuda, 0)]
    [InlineData("cuda:7", ExecutionProvider.Cuda, 7)]
    [InlineData("cuda:255", ExecutionProvider.Cuda, 255)]
    public void Parse_Word_GivesProviderAndDevice(string text, ExecutionProvider provider, int device) =>
        Assert.Equal((provider, device), ProviderText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:256")]
    [InlineData("cuda:1:2")]
    [InlineData("cpu:0")]
    public void Parse_AnythingElse_IsNone(string text) => Assert.Null(ProviderText.Parse(text));

    [Fact]
    public void Describe_Cuda_AlwaysSaysWhetherTf32IsUsed()
    {
        ModelOptions options = new() { Provider = ExecutionProvider.Cuda, Device = 1 };

        Assert.Equal("cpu", ProviderText.Describe(new ModelOptions()));
        Assert.Equal("cuda:1 use_tf32=1", ProviderText.Describe(options));
        Assert.Equal("cuda:1 prefer_nhwc=1 use_tf32=0", ProviderText.Describe(With(options, ("use_tf32", "0"), ("prefer_nhwc", "1"))));
    }

    [Theory]
    [InlineData("use_tf32", "0")]
    [InlineData("gpu_mem_limit", "2147483648")]
    [InlineData("cudnn_conv_algo_search", "HEURISTIC")]
    public void Fault_KnownOption_IsNone(string name, string value) => Assert.Null(CudaOptions.Fault(name, value));

    [Theory]
    [InlineData("use_tf32", "yes", "0 or 1")]
    [InlineData("gpu_mem_limit", "-1", "a whole number")]
    [InlineData("gpu_mem_limit", "", "a whole number")]
    [InlineData("cudnn_conv_algo_search", "heuristic", "one of EXHAUSTIVE, HEURISTIC, DEFAULT")]
    [InlineData("use_tf23", "0", "one of the options ")]
    [InlineData("device_id", "1", "one of the options ")]
    public void Fault_WrongNameOrValue_SaysWhatIsExpected(string name, string value, string expected) =>
        Assert.StartsWith(expected, CudaOptions.Fault(name, value), StringComparison.Ordinal);

    [Fact]
    public void Open_UnknownProviderOption_IsRefusedBeforeAnythingIsLoaded()
    {
        ModelOptions options = With(new ModelOptions { Provider = ExecutionProvider.Cuda }, ("use_tf23", "0"));

        RuntimeException error = Assert.Throws<RuntimeException>(() => OnnxEnvironment.CreateOptions(options));

        Assert.Equal("VNR0309", error.Id);
        Assert.Contains("use_tf23=0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_NoCuda_TakesTheProcessorAndSaysWhy()
    {
        ProviderChoice choice = ProviderChoice.Choose(With(new ModelOptions { Threads = 3 }, ("use_tf32", "0")));

        Assert.Equal((ExecutionProvider.Cpu, 3), (choice.Options.Provider, choice.Options.Threads));
        Assert.Empty(choice.Options.ProviderOptions);
        Assert.StartsWith("Found the provider 'cuda' unavailable: ", choice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_Cuda_TakesTheDeviceAskedFor()
    {
        ProviderChoice choice = ProviderChoice.Choose(With(new ModelOptions { Device = 2 }, ("use_tf32", "0")), _ => null);

        Assert.Equal("cuda:2 use_tf32=0", ProviderText.Describe(choice.Options));
    }

    [Fact]
    public void Probe_Libraries_TellsFoundFromLoading()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The names are Linux's.");
        File.WriteAllText(Path.Combine(_folder.FullName, "libcudnn.so.9"), "");

        ImmutableArray<CudaLibrary> libraries = CudaLibraries.Probe([_folder.FullName], name => name == "libcuda.so.1");

        CudaLibrary driver = libraries.Single(library => library.Name == "libcuda.so.1"),
            cudnn = libraries.Single(library => library.Name == "libcudnn.so.9"),
            blas = libraries.Single(library => library.Name == "libcublasLt.so.13");
        Assert.Equal((null, true), (driver.Path, driver.Loads));
        Assert.Equal((Path.Combine(_folder.FullName, "libcudnn.so.9"), false), (cudnn.Path, cudnn.Loads));
        Assert.Equal((null, false), (blas.Path, blas.Loads));
    }

    [Fact]
    public void Folders_Environment_ComesBeforeTheUsual()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The names are Linux's.");
        ImmutableArray<string> folders = CudaLibraries.Folders(name => name == "LD_LIBRARY_PATH" ? "/opt/a::/opt/b" : null);

        Assert.Equal(["/opt/a", "/opt/b", "/usr/local/cuda-13/lib64"], folders.Skip(1).Take(3));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static ModelOptions With(ModelOptions options, params (string Name, string Value)[] settings) =>
        options with
        {
            ProviderOptions = settings.ToImmutableSortedDictionary(each => each.Name, each => each.Value),
        };
}
