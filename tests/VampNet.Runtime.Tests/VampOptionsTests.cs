using System.Text.Json;

namespace VampNet.Runtime.Tests;

public sealed class VampOptionsTests
{
    public static TheoryData<string, VampOptions> OutOfRange =>
        new()
        {
            {
                "BatchSize",
                new VampOptions { BatchSize = 0 }
            },
            {
                "PitchShiftSemitones",
                new VampOptions { PitchShiftSemitones = -12.1 }
            },
            {
                "PitchShiftSemitones",
                new VampOptions { PitchShiftSemitones = double.NaN }
            },
            {
                "Seamless",
                new VampOptions { Seamless = true, StartSeconds = 1 }
            },
            {
                "PeriodicPrompt",
                new VampOptions { Mask = new() { PeriodicPrompt = -1 } }
            },
            {
                "Dropout",
                new VampOptions { Mask = new() { Dropout = 1.01 } }
            },
            {
                "RandomIntensity",
                new VampOptions { Mask = new() { RandomIntensity = float.NaN } }
            },
            {
                "BeatMaskSeconds",
                new VampOptions { Mask = new() { BeatMaskSeconds = -0.1 } }
            },
            {
                "Steps",
                new VampOptions { Coarse = new() { Steps = 0 } }
            },
        };

    [Fact]
    public void Validate_Defaults_AreAccepted() => new VampOptions().Validate();

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Validate_ValueOutOfRange_NamesIt(string name, VampOptions options) =>
        // Saved settings spell names so, and the message is the same for both.
        Assert.Contains(
            JsonNamingPolicy.SnakeCaseLower.ConvertName(name),
            Assert.ThrowsAny<ArgumentException>(options.Validate).Message.ToLowerInvariant(),
            StringComparison.Ordinal
        );
}
