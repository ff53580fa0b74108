using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;

using VampNetModels models = VampNetModels.Open(args[0]);
AudioClip clip = await AudioFile.ReadAsync(args[1]);
VampResult result = await new VampNetPipeline(models).VampAsync(clip, new VampOptions { Seed = 7 });
using FileStream file = File.Create(args[2]);
WavWriter.Write(file, result.Audio[0], WavEncoding.Pcm16);
