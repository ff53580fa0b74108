using VampNet.Runtime.Codec;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests;

/// <summary>Settings that are valid JSON but request the impossible.</summary>
public class HostileSettingsTests
{
    [Theory]
    [InlineData("settings_1286", "coarse.sample_cutoff 16777217")]
    [InlineData("settings_1395", "batch_size -1")]
    [InlineData("settings_500077", "mask.random_intensity 1000000000")]
    [InlineData("settings_700182", "coarse.sampling.typical_mass 2147483648")]
    [InlineData("settings_703174", "coarse_chunk_seconds -9.223372036854776E+18")]
    [InlineData("settings_stretch_16777217.json", "time_stretch_factor 16777217")]
    public void Parse_ANumberOutOfRange_IsRefusedByName(string file, string found)
    {
        string path = Golden.Path($"hostile/{file}");

        RuntimeException refusal = Assert.Throws<RuntimeException>(() => VampRecord.Parse(File.ReadAllText(path), file));

        Assert.Equal("VNR0503", refusal.Id);
        Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SeveralNumbersOutOfRange_ListsAll()
    {
        string json = File.ReadAllText(Golden.Path("hostile/settings_500077"));

        string message = Assert.Throws<RuntimeException>(() => VampRecord.Parse(json, "s")).Message;

        Assert.Contains("mask.random_intensity", message, StringComparison.Ordinal);
        Assert.Contains("coarse.sampling.typical_mass", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_ADefault_IsWithinItsRanges() => new VampOptions().Validate();

    [Fact]
    public void Validate_NotANumber_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VampOptions { Mask = new() { Dropout = double.NaN } }.Validate());

    [Fact]
    public void Require_AnOutputBeyondMemory_IsRefusedBeforeItIsMade()
    {
        CodecProperties codec = new(44100, 14, 1024, [2, 6, 8, 8], [8, 8, 6, 2]);
        VampOptions options = new() { TimeStretchFactor = 1000, BatchSize = 256 };

        Assert.Equal("VNR0504", Assert.Throws<RuntimeException>(() => MemoryNeed.Require(100_000, options, codec)).Id);
        MemoryNeed.Require(575, new VampOptions(), codec);
    }
}
