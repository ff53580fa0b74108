using VampNet.Torch;

namespace VampNet.Training.Tests;

[Collection(LibTorchCollection.Name)]
public sealed class DeviceCheckTests
{
    private static readonly TorchCuda Absent = new(IsBuiltIn: false, Gpus: 0),
        WithoutGpu = new(IsBuiltIn: true, Gpus: 0),
        TwoGpus = new(IsBuiltIn: true, Gpus: 2);

    [Theory]
    [InlineData("cpu", null)]
    [InlineData("cuda", 0)]
    [InlineData("cuda:0", 0)]
    [InlineData("cuda:12", 12)]
    public void TryParse_ADevice_IsWrittenAsItIsRead(string text, int? gpu)
    {
        Assert.True(TrainingDevice.TryParse(text, out TrainingDevice? device));
        Assert.Equal(gpu, device.Gpu);
        Assert.Equal(text == "cuda" ? "cuda:0" : text, device.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1.0")]
    [InlineData("cuda:64")]
    [InlineData("cuda:99999999999")]
    public void TryParse_AnythingElse_IsNoDevice(string text) => Assert.False(TrainingDevice.TryParse(text, out TrainingDevice? _));

    [Fact]
    public void Require_AGpuOfABuildWithoutCuda_IsRefusedWithTheProperty()
    {
        TrainingException refused = Refused("cuda", TrainingPrecision.Float32, Absent);

        Assert.Equal("VNT0501", refused.Id);
        Assert.Contains("--device cuda:0, and libtorch for the processor alone in ", refused.Found, StringComparison.Ordinal);
        Assert.Contains("-p:LibTorch=Cuda", refused.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Require_AGpuOfAMachineWithoutOne_IsRefusedWithWhatToCheck()
    {
        TrainingException refused = Refused("cuda:1", TrainingPrecision.Bfloat16, WithoutGpu);

        Assert.Equal("VNT0501", refused.Id);
        Assert.Contains("no GPU that libtorch can use", refused.Found, StringComparison.Ordinal);
        Assert.Contains("nvidia-smi", refused.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Require_AGpuBeyondTheLast_IsRefusedWithThoseThatAreThere()
    {
        TrainingException refused = Refused("cuda:2", TrainingPrecision.Float32, TwoGpus);

        Assert.Equal(("VNT0501", "cuda:0 to cuda:1"), (refused.Id, refused.Expected));
        DeviceCheck.Require(new TrainingDevice(1), TrainingPrecision.Float16, TwoGpus, (_, _) => true);
    }

    [Fact]
    public void Require_Float16OnTheProcessor_IsRefused()
    {
        TrainingException refused = Assert.Throws<TrainingException>(() =>
            DeviceCheck.Require(TrainingDevice.Cpu, TrainingPrecision.Float16)
        );

        Assert.Equal("VNT0502", refused.Id);
        Assert.Contains("--precision bfloat16", refused.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Require_APrecisionThatTheDeviceLacks_IsRefused()
    {
        TrainingException refused = Refused("cuda", TrainingPrecision.Bfloat16, TwoGpus);

        Assert.Equal("VNT0502", refused.Id);
        Assert.Contains("--precision bfloat16 on cuda:0", refused.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Require_Bfloat16OnThisProcessor_IsThere() => DeviceCheck.Require(TrainingDevice.Cpu, TrainingPrecision.Bfloat16);

    private static TrainingException Refused(string device, TrainingPrecision precision, TorchCuda cuda)
    {
        Assert.True(TrainingDevice.TryParse(device, out TrainingDevice? parsed));
        return Assert.Throws<TrainingException>(() => DeviceCheck.Require(parsed, precision, cuda, (_, _) => false));
    }
}
